# What surrounds the lake: network, databases, queries, streams, audit, money, backup. Each is switched on by variable.

locals {
  subnet_ids         = var.network == null ? [] : module.network[0].subnet_ids
  security_group_ids = var.network == null ? {} : module.network[0].security_group_ids

  # What the state machines need to run a job on Fargate.
  fargate = var.container == null ? null : {
    cluster_arn          = module.container[0].cluster_arn
    task_definition_arns = module.container[0].task_definition_arns
    container_name       = module.container[0].container_name
    subnet_ids           = module.container[0].subnet_ids
    security_group_ids   = module.container[0].security_group_ids
    task_role_arns       = module.container[0].task_role_arns
    execution_role_arn   = module.container[0].execution_role_arn
    log_group_name       = module.container[0].log_group_name
  }

  # Fargate fetches its image through these. Where there are no endpoints at all, the network has them, or another way out.
  image_endpoints = var.container == null || length(try(var.network.interface_endpoints, [])) == 0 ? [] : ["ecr.api", "ecr.dkr"]

  secrets = distinct(flatten([for settings in values(var.sources) : settings.secrets]))
}

module "network" {
  source = "./modules/network"
  count  = var.network == null ? 0 : 1

  name                     = local.name
  environment              = var.environment
  kms_key_arn              = module.zones.kms_key_arn
  permissions_boundary_arn = var.permissions_boundary_arn
  vpc_id                   = var.network.vpc_id
  subnet_ids               = var.network.subnet_ids
  route_table_ids          = var.network.route_table_ids
  cidr                     = var.network.cidr
  availability_zones       = var.network.availability_zones
  interface_endpoints      = setunion(var.network.interface_endpoints, local.image_endpoints)
  egress                   = var.network.egress
  source_peers             = var.network.source_peers
  database_clients         = var.network.database_clients
  warehouse_clients        = var.network.warehouse_clients
  vpn                      = var.network.vpn
  flow_log_retention_days  = var.log_retention_days
}

module "database" {
  source = "./modules/database"
  count  = var.database == null ? 0 : 1

  name                  = local.name
  environment           = var.environment
  kms_key_arn           = module.zones.kms_key_arn
  topic_arn             = module.observability.topic_arn
  subnet_ids            = local.subnet_ids
  security_group_ids    = [local.security_group_ids["database"]]
  existing              = var.database.existing
  engine_version        = var.database.engine_version
  instance_class        = var.database.instance_class
  storage               = var.database.storage
  multi_az              = var.database.multi_az
  backup_retention_days = var.database.backup_retention_days
  custom_parameters     = var.database.custom_parameters
  performance_insights  = var.database.performance_insights
  deletion_protection   = var.deletion_protection
  rotation_days         = var.database.rotation_days == 0 ? null : var.database.rotation_days
}

module "query" {
  source   = "./modules/query"
  for_each = var.query == null ? {} : { for source in keys(var.sources) : source => source }

  name                = "${local.name}-${each.key}"
  environment         = var.environment
  kms_key_arn         = module.zones.kms_key_arn
  results_bucket      = module.zones.bucket_names["results"]
  results_bucket_arn  = module.zones.bucket_arns["results"]
  results_prefix      = "athena/${each.key}"
  curated_bucket_arn  = module.zones.bucket_arns["curated"]
  database            = module.jobs[each.key].database_name
  bytes_scanned_limit = var.query.bytes_scanned_limit
  named_queries       = lookup(var.query.named_queries, each.key, {})
  force_destroy       = var.force_destroy
}

module "warehouse" {
  source = "./modules/warehouse"
  count  = var.warehouse == null ? 0 : 1

  name                     = local.name
  environment              = var.environment
  kms_key_arn              = module.zones.kms_key_arn
  permissions_boundary_arn = var.permissions_boundary_arn
  subnet_ids               = local.subnet_ids
  security_group_ids       = [local.security_group_ids["warehouse"]]
  curated_bucket_arn       = module.zones.bucket_arns["curated"]
  catalog_database         = module.jobs[var.warehouse.source].database_name
  base_capacity            = var.warehouse.base_capacity
  max_capacity             = var.warehouse.max_capacity
  monthly_rpu_hours        = var.warehouse.monthly_rpu_hours
}

module "streaming" {
  source = "./modules/streaming"
  count  = var.streaming == null ? 0 : 1

  name                     = local.name
  environment              = var.environment
  kms_key_arn              = module.zones.kms_key_arn
  permissions_boundary_arn = var.permissions_boundary_arn
  topic_arn                = module.observability.topic_arn
  stream                   = var.streaming.stream == null ? null : merge(var.streaming.stream, { bucket_arn = module.zones.bucket_arns["raw"] })
  log_retention_days       = var.log_retention_days

  kafka = var.streaming.kafka == null ? null : {
    bootstrap_servers  = var.streaming.kafka.bootstrap_servers
    secret_arn         = var.streaming.kafka.secret_arn
    subnet_ids         = local.subnet_ids
    availability_zone  = module.network[0].availability_zones[0]
    security_group_ids = [local.security_group_ids["jobs"]]
  }
}

module "replication" {
  source = "./modules/replication"
  count  = var.replication == null ? 0 : 1

  name                     = local.name
  environment              = var.environment
  kms_key_arn              = module.zones.kms_key_arn
  permissions_boundary_arn = var.permissions_boundary_arn
  subnet_ids               = local.subnet_ids
  security_group_ids       = [local.security_group_ids["replication"]]
  topic_arn                = module.observability.topic_arn
  kind                     = var.replication.kind
  instance_class           = var.replication.instance_class
  max_capacity_units       = var.replication.max_capacity_units
  multi_az                 = var.replication.multi_az
  source_database          = var.replication.source_database
  target_database          = var.replication.target_database
  migration_type           = var.replication.migration_type
  tables                   = var.replication.tables
  schedule                 = var.replication.schedule
  create_account_roles     = var.replication.create_account_roles
  log_retention_days       = var.log_retention_days

  target_bucket = var.replication.target_database != null ? null : {
    name = module.zones.bucket_names["raw"]
    arn  = module.zones.bucket_arns["raw"]
  }

  function_package = {
    bucket = var.artifact_bucket == null ? module.zones.bucket_names["scripts"] : var.artifact_bucket
    key    = var.replication.function_key == null ? var.replication_package_key : var.replication.function_key
  }
}

module "container" {
  source = "./modules/container"
  count  = var.container == null ? 0 : 1

  name                     = local.name
  environment              = var.environment
  kms_key_arn              = module.zones.kms_key_arn
  permissions_boundary_arn = var.permissions_boundary_arn
  subnet_ids               = local.subnet_ids
  security_group_ids       = [local.security_group_ids["jobs"]]
  image_tag                = var.container.image_tag == null ? var.image_tag : var.container.image_tag
  cpu                      = var.container.cpu
  memory                   = var.container.memory
  bucket_arns              = { for zone in ["raw", "curated", "quarantine"] : zone => module.zones.bucket_arns[zone] }
  table_arns               = module.settings_store.table_arns
  secret_arns              = concat([for secret in local.secrets : "arn:${local.partition}:secretsmanager:${local.region}:${local.account_id}:secret:${secret}-??????"], module.database[*].secret_arn)
  connection_names         = distinct(flatten([for settings in values(var.sources) : settings.connections]))
  landing                  = distinct(flatten([for settings in values(var.sources) : settings.landing]))
  database_names           = [for jobs in values(module.jobs) : jobs.database_name]
  log_retention_days       = var.log_retention_days
  repository_force_delete  = var.force_destroy

  # They are the same for every source.
  arguments = merge([for jobs in values(module.jobs) : jobs.arguments]...)
}

module "audit" {
  source = "./modules/audit"
  count  = var.audit == null ? 0 : 1

  name           = local.name
  environment    = var.environment
  kms_key_arn    = module.zones.kms_key_arn
  bucket_arns    = [for zone in ["raw", "curated", "quarantine", "scripts"] : module.zones.bucket_arns[zone]]
  table_arns     = values(module.settings_store.table_arns)
  retention_days = var.audit.retention_days
  force_destroy  = var.force_destroy
}

module "budget" {
  source = "./modules/budget"
  count  = var.budget == null ? 0 : 1

  name                = local.name
  environment         = var.environment
  monthly_limit_usd   = var.budget.monthly_limit_usd
  notify              = var.budget.notify
  topic_arn           = module.observability.topic_arn
  emails              = var.subscribers.email
  anomaly_detection   = var.budget.anomaly_detection
  anomaly_monitor_arn = var.budget.anomaly_monitor_arn
  anomaly_usd         = var.budget.anomaly_usd
}

module "backup" {
  source = "./modules/backup"
  count  = var.backup == null ? 0 : 1

  name                     = local.name
  environment              = var.environment
  kms_key_arn              = module.zones.kms_key_arn
  permissions_boundary_arn = var.permissions_boundary_arn
  topic_arn                = module.observability.topic_arn
  resource_arns            = concat(values(module.settings_store.table_arns), compact(module.database[*].arn))
  time_zone                = var.backup.time_zone
  daily_retention_days     = var.backup.daily_retention_days
  monthly_retention_days   = var.backup.monthly_retention_days
  select_resources         = var.backup.select_resources
  force_destroy            = var.force_destroy
}
