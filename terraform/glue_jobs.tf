# The Glue jobs of every source. All run the same jar by different main classes.

# Glue compiles a script for every job. The jobs' classes are in the jar; this one only has to compile.
resource "aws_s3_object" "placeholder" {
  bucket       = module.zones.bucket_names["scripts"]
  key          = "scripts/Placeholder.scala"
  content      = "object Placeholder { def main(arguments: Array[String]): Unit = {} }\n"
  content_type = "text/plain"
}

module "jobs" {
  source   = "./modules/jobs"
  for_each = var.sources

  name                     = local.name
  environment              = var.environment
  kms_key_arn              = module.zones.kms_key_arn
  permissions_boundary_arn = var.permissions_boundary_arn
  source_name              = each.key
  jar_uri                  = "s3://${module.zones.bucket_names["scripts"]}/${var.jar_key}"
  script_uri               = "s3://${module.zones.bucket_names["scripts"]}/${aws_s3_object.placeholder.key}"
  bucket_names             = module.zones.bucket_names
  bucket_arns              = module.zones.bucket_arns
  table_names              = module.settings_store.table_names
  table_arns               = module.settings_store.table_arns
  workers                  = each.value.workers == null ? var.workers : each.value.workers
  timeout_minutes          = coalesce(each.value.timeout_minutes, var.timeout_minutes)
  continuous               = each.value.continuous == null ? null : { every_seconds = each.value.continuous.every_seconds, minutes = each.value.continuous.minutes, load = each.value.load }
  connections              = [for connection in each.value.connections : try(aws_glue_connection.this[connection].name, connection)]
  placement                = local.placements[each.key]
  landing                  = each.value.landing
  crawlers                 = each.value.crawlers
  log_retention_days       = var.log_retention_days
  topic_arn                = module.observability.topic_arn
  maintenance_schedule     = each.value.enabled && each.value.maintenance_schedule != "" ? each.value.maintenance_schedule : null
  extra_jars               = each.value.extra_jars
  reconcile_schedule       = each.value.enabled && each.value.reconcile_schedule != "" ? each.value.reconcile_schedule : null
  queuing                  = var.job_queuing

  # A secret's ARN ends in six characters that Secrets Manager chooses.
  secret_arns = concat(
    [
      for secret in distinct(concat(each.value.secrets, [for connection in each.value.connections : var.glue_connections[connection].secret if contains(keys(var.glue_connections), connection)])) :
      "arn:${local.partition}:secretsmanager:${local.region}:${local.account_id}:secret:${secret}-??????"
    ],
    module.database[*].secret_arn,
  )
}

locals {
  # The database's own connection is one like the others.
  database_connection = try(var.database.connection, "")
  connections = merge(
    {
      for name, connection in var.glue_connections : name => {
        jdbc_url           = connection.jdbc_url
        secret             = connection.secret
        subnet_id          = connection.subnet_id != null ? connection.subnet_id : try(local.subnet_ids[0], null)
        security_group_ids = connection.security_group_ids != null ? connection.security_group_ids : [for group in [try(local.security_group_ids["jobs"], null)] : group if group != null]
        availability_zone  = connection.availability_zone != null ? connection.availability_zone : try(module.network[0].availability_zones[0], null)
      }
    },
    {
      for name in [local.database_connection] : name => {
        jdbc_url           = module.database[0].jdbc_url
        secret             = module.database[0].secret_arn
        subnet_id          = local.subnet_ids[0]
        security_group_ids = [local.security_group_ids["jobs"]]
        availability_zone  = module.network[0].availability_zones[0]
      } if name != ""
    },
  )
}

locals {
  # Where a source's connections are; null where one of them is made elsewhere.
  placements = {
    for source, settings in var.sources : source => length(setsubtract(settings.connections, keys(local.connections))) > 0 ? null : {
      subnet_ids         = distinct(compact([for connection in settings.connections : local.connections[connection].subnet_id]))
      security_group_ids = distinct(flatten([for connection in settings.connections : local.connections[connection].security_group_ids]))
    }
  }
}

resource "aws_glue_connection" "this" {
  for_each = local.connections

  name            = each.key
  connection_type = "JDBC"

  connection_properties = {
    JDBC_CONNECTION_URL = each.value.jdbc_url
    JDBC_ENFORCE_SSL    = "true"
    SECRET_ID           = each.value.secret
  }

  physical_connection_requirements {
    subnet_id              = each.value.subnet_id
    security_group_id_list = each.value.security_group_ids
    availability_zone      = each.value.availability_zone
  }
}
