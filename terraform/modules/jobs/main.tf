# The jobs of one source, with what they need in Glue.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.name
  glue       = "arn:${local.partition}:glue:${local.region}:${local.account_id}"

  # As GlueCatalog writes a source's name. Environments may share an account and region, so theirs comes first.
  catalog_prefix = "${replace(var.name, "-", "_")}_"
  database       = "${local.catalog_prefix}${lower(replace(var.source_name, "-", "_"))}"

  jobs = {
    ingest    = { class = "dev.sluice.aws.IngestJob", workers = var.workers.ingest, about = "Brings the tables of ${var.source_name} to raw and curated" }
    load      = { class = "dev.sluice.aws.LoadJob", workers = var.workers.load, about = "Loads the curated tables of ${var.source_name} into their databases" }
    verify    = { class = "dev.sluice.aws.VerifyJob", workers = var.workers.verify, about = "Proves that curated equals ${var.source_name}, and each database equals curated" }
    maintain  = { class = "dev.sluice.aws.MaintainJob", workers = var.workers.maintain, about = "Keeps the tables of ${var.source_name} in good order" }
    reconcile = { class = "dev.sluice.aws.ReconcileJob", workers = var.workers.reconcile, about = "Finds the rows that ${var.source_name} has deleted" }
    export    = { class = "dev.sluice.aws.ExportJob", workers = var.workers.export, about = "Exports curated tables of ${var.source_name} as they were" }
  }

  # Where the lake is: whoever runs the jar elsewhere gives it the same.
  lake = {
    settings-table  = var.table_names["settings"]
    bookmarks-table = var.table_names["bookmarks"]
    runs-table      = var.table_names["runs"]
    raw             = "s3a://${var.bucket_names["raw"]}"
    curated         = "s3a://${var.bucket_names["curated"]}"
    quarantine      = "s3a://${var.bucket_names["quarantine"]}"
    catalog-prefix  = local.catalog_prefix
    environment     = var.environment
  }

  # Results are kept as long as Athena's.
  exports = "${var.bucket_names["results"]}/exports/${var.source_name}"

  # No state machine starts them, so they know themselves what to work on and whom to tell.
  scheduled = merge({ "--source" = var.source_name }, { for topic in var.topic_arn[*] : "--topic-arn" => topic })

  # The state machine waits for the end, and starts the next where the schedule says so.
  continuous = var.continuous == null ? {} : {
    "--every"  = "PT${var.continuous.every_seconds}S"
    "--during" = "PT${var.continuous.minutes}M"
    "--load"   = var.continuous.load ? "yes" : "no"
  }

  log_store = "dev.sluice.aws.s3.ConditionalPutLogStore"

  # Glue takes further confs within the first one's value.
  confs = join(" --conf ", [
    "spark.sql.extensions=io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.delta.logStore.s3.impl=${local.log_store}",
    "spark.delta.logStore.s3a.impl=${local.log_store}",
    # Told no region, S3A takes us-east-2.
    "spark.hadoop.fs.s3a.endpoint.region=${local.region}",
  ])
}

resource "aws_glue_job" "this" {
  for_each = local.jobs

  name                    = "${var.name}-${each.key}-${var.source_name}"
  description             = each.value.about
  role_arn                = aws_iam_role.job[each.key].arn
  glue_version            = var.glue_version
  worker_type             = var.workers.type
  number_of_workers       = each.value.workers
  execution_class         = "STANDARD"
  timeout                 = var.timeout_minutes
  job_run_queuing_enabled = var.queuing
  security_configuration  = aws_glue_security_configuration.this.name
  connections             = var.connections
  # The state machine tries again: it knows which errors are worth it.
  max_retries = 0

  command {
    name            = "glueetl"
    script_location = var.script_uri
  }

  execution_property {
    # Two runs that commit Glue's bookmarks of one job at once: the later fails.
    max_concurrent_runs = 1
  }

  default_arguments = merge({
    "--job-language"                 = "scala"
    "--class"                        = each.value.class
    "--extra-jars"                   = join(",", concat([var.jar_uri], var.extra_jars))
    "--datalake-formats"             = "delta"
    "--conf"                         = local.confs
    "--job-bookmark-option"          = "job-bookmark-enable"
    "--enable-auto-scaling"          = "true"
    "--enable-metrics"               = "true"
    "--enable-observability-metrics" = "true"
    "--enable-job-insights"          = "true"
    "--custom-logGroup-prefix"       = local.log_prefixes[each.key]
    "--TempDir"                      = "s3://${var.bucket_names["scripts"]}/temporary/${var.source_name}/${each.key}/"
  }, { for name, value in local.lake : "--${name}" => value }, each.key == "export" ? { "--output" = "s3a://${local.exports}" } : {}, contains(["maintain", "reconcile"], each.key) ? local.scheduled : {}, each.key == "ingest" ? local.continuous : {}, var.extra_arguments)

  depends_on = [aws_cloudwatch_log_group.job]
}

resource "aws_glue_trigger" "maintenance" {
  count = var.maintenance_schedule == null ? 0 : 1

  name              = aws_glue_job.this["maintain"].name
  description       = "Starts the maintenance of ${var.source_name}"
  type              = "SCHEDULED"
  schedule          = var.maintenance_schedule
  start_on_creation = true

  actions {
    job_name = aws_glue_job.this["maintain"].name
  }
}

resource "aws_glue_trigger" "reconciliation" {
  count = var.reconcile_schedule == null ? 0 : 1

  name              = aws_glue_job.this["reconcile"].name
  description       = "Starts the reconciliation of ${var.source_name} with its curated tables"
  type              = "SCHEDULED"
  schedule          = var.reconcile_schedule
  start_on_creation = true

  actions {
    job_name = aws_glue_job.this["reconcile"].name
  }
}

resource "aws_glue_security_configuration" "this" {
  name = "${var.name}-${var.source_name}"

  encryption_configuration {
    # The log groups have the key themselves. Here it would make Glue write to groups of other names.
    cloudwatch_encryption {
      cloudwatch_encryption_mode = "DISABLED"
    }

    job_bookmarks_encryption {
      job_bookmarks_encryption_mode = "CSE-KMS"
      kms_key_arn                   = var.kms_key_arn
    }

    s3_encryption {
      s3_encryption_mode = "SSE-KMS"
      kms_key_arn        = var.kms_key_arn
    }
  }
}

resource "aws_glue_catalog_database" "this" {
  name         = local.database
  description  = "Curated tables of ${var.source_name}. The ingest keeps them."
  location_uri = "s3://${var.bucket_names["curated"]}/${var.source_name}/"
}

locals {
  log_prefixes = { for job in keys(local.jobs) : job => "/sluice/${var.name}/${job}/${var.source_name}" }
  log_groups   = { for pair in setproduct(keys(local.jobs), ["error", "output"]) : "${pair[0]}/${pair[1]}" => "${local.log_prefixes[pair[0]]}/${pair[1]}" }
}

# Glue writes both the driver's log and what it prints, each run a stream of the run's id.
resource "aws_cloudwatch_log_group" "job" {
  for_each = local.log_groups

  name              = each.value
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
