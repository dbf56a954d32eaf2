# A lake: zones, settings, jobs, state machines, and who is told. What surrounds it is in surroundings.tf.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  name       = "${var.project}-${var.environment}"
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.name

  common = {
    name        = local.name
    environment = var.environment
    kms_key_arn = module.zones.kms_key_arn
  }

  # A table's limits: its item's, unless the source says otherwise.
  limits = {
    for source, settings in var.sources : source => merge(
      { for key, minutes in module.settings_store.registered : trimprefix(key, "${source}/") => minutes if startswith(key, "${source}/") },
      settings.tables,
    )
  }
}

module "zones" {
  source = "./modules/zones"

  name              = local.name
  environment       = var.environment
  raw_archive_days  = var.raw_archive_days
  noncurrent_days   = var.noncurrent_days
  force_destroy     = var.force_destroy
  key_deletion_days = var.environment == "prod" ? 30 : 7
}

module "settings_store" {
  source = "./modules/settings-store"

  name                = local.name
  environment         = var.environment
  kms_key_arn         = module.zones.kms_key_arn
  items_folder        = var.items_folder == null ? null : "${path.root}/${var.items_folder}"
  deletion_protection = var.deletion_protection
  recovery_days       = var.recovery_days
}

module "orchestration" {
  source = "./modules/orchestration"

  name                     = local.name
  environment              = var.environment
  kms_key_arn              = module.zones.kms_key_arn
  permissions_boundary_arn = var.permissions_boundary_arn
  topic_arn                = module.observability.topic_arn
  log_retention_days       = var.log_retention_days
  fargate                  = local.fargate

  runs_table = {
    name = module.settings_store.table_names["runs"]
    arn  = module.settings_store.table_arns["runs"]
  }

  sources = {
    for source, settings in var.sources : source => {
      schedule      = settings.schedule == "" ? null : settings.schedule
      time_zone     = settings.time_zone
      enabled       = settings.enabled
      crawl         = settings.crawl
      load          = settings.load
      load_schedule = settings.load_schedule
      runtime       = settings.runtime
      jobs          = module.jobs[source].job_names
      log_prefixes  = module.jobs[source].log_prefixes
      crawler       = module.jobs[source].crawler_name
    }
  }
}

module "observability" {
  source = "./modules/observability"

  name               = local.name
  environment        = var.environment
  kms_key_arn        = module.zones.kms_key_arn
  subscribers        = var.subscribers
  metric_queries     = var.metric_queries
  machine_arns       = module.orchestration.machine_arns
  table_names        = module.settings_store.table_names
  dead_letter_queues = { schedules = module.orchestration.dead_letter_queue.name }
  schedule_group     = module.orchestration.schedule_group

  sources = {
    for source, settings in var.sources : source => {
      tables          = local.limits[source]
      silence_minutes = settings.schedule == "" || !settings.enabled ? null : settings.silence_minutes
      loads           = settings.load || settings.load_schedule != null
      jobs            = module.jobs[source].job_names

      # Where runs load, loads are as frequent as runs; a schedule of their own is by the night, unless the source says otherwise.
      load_silence_minutes = (
        !settings.enabled || !(settings.load && settings.schedule != "" || settings.load_schedule != null) ? null :
        settings.load_silence_minutes != null ? settings.load_silence_minutes :
        settings.load && settings.schedule != "" ? settings.silence_minutes : 1560
      )
    }
  }
}

# By this one name the command line finds an environment. It holds no secret.
resource "aws_ssm_parameter" "config" {
  name        = "/sluice/${var.environment}/config"
  description = "Where the parts of Sluice ${var.environment} are, for sluice --environment ${var.environment}"
  type        = "String"

  value = jsonencode({
    settings-table  = module.settings_store.table_names["settings"]
    bookmarks-table = module.settings_store.table_names["bookmarks"]
    runs-table      = module.settings_store.table_names["runs"]
    raw             = "s3a://${module.zones.bucket_names["raw"]}"
    curated         = "s3a://${module.zones.bucket_names["curated"]}"
    quarantine      = "s3a://${module.zones.bucket_names["quarantine"]}"
    topic-arn       = module.observability.topic_arn
    state-machines  = module.orchestration.ingest_arns
  })
}

check "registered_sources" {
  assert {
    condition     = alltrue([for key in keys(module.settings_store.registered) : contains(keys(var.sources), split("/", key)[0])])
    error_message = "A table in ${coalesce(var.items_folder, "no folder")} belongs to a source that var.sources does not name: it has no job and no schedule."
  }
}
