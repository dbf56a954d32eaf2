# DMS: the other way to load the database, or to bring a source's changes to the lake as files with a column Op.

data "aws_region" "current" {}
data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  serverless = var.kind == "serverless"
  to_bucket  = var.target_bucket != null
  secrets    = compact([var.source_database.secret_arn, try(var.target_database.secret_arn, null)])
  target_arn = local.to_bucket ? aws_dms_s3_endpoint.target[0].endpoint_arn : aws_dms_endpoint.target[0].endpoint_arn
  task_arn = (
    local.serverless
    ? aws_dms_replication_config.this[0].arn
    : aws_dms_replication_task.this[0].replication_task_arn
  )

  table_mappings = jsonencode({
    rules = concat(
      [
        for index, table in var.tables : {
          rule-type      = "selection"
          rule-id        = tostring(index + 1)
          rule-name      = "${table.schema}.${table.table}"
          object-locator = { schema-name = table.schema, table-name = table.table }
          rule-action    = "include"
        }
      ],
      # The order of changes: their times tie, and files may be delivered again out of turn. Rows of the full load have none.
      [
        for index, table in var.tables : {
          rule-type      = "transformation"
          rule-id        = tostring(length(var.tables) + index + 1)
          rule-name      = "${table.schema}.${table.table} change sequence"
          rule-target    = "column"
          object-locator = { schema-name = table.schema, table-name = table.table }
          rule-action    = "add-column"
          value          = "AR_H_CHANGE_SEQ"
          expression     = "$AR_H_CHANGE_SEQ"
          data-type      = { type = "string", length = 50 }
        } if local.to_bucket
      ],
    )
  })

  task_settings = jsonencode({
    Logging = { EnableLogging = true }
    ErrorBehavior = {
      # A table that fails is suspended; the others go on.
      TableErrorPolicy = "SUSPEND_TABLE"
      DataErrorPolicy  = "LOG_ERROR"
    }
    FullLoadSettings = {
      # Rows of an earlier load stay: a restart never empties what is being read.
      TargetTablePrepMode = "DO_NOTHING"
    }
  })
}

resource "aws_dms_replication_subnet_group" "this" {
  replication_subnet_group_id          = var.name
  replication_subnet_group_description = "Private subnets of ${var.name}"
  subnet_ids                           = var.subnet_ids

  depends_on = [aws_iam_role_policy_attachment.account]
}

resource "aws_dms_replication_instance" "this" {
  count = local.serverless ? 0 : 1

  replication_instance_id     = var.name
  replication_instance_class  = var.instance_class
  allocated_storage           = var.allocated_storage
  engine_version              = var.engine_version
  replication_subnet_group_id = aws_dms_replication_subnet_group.this.id
  vpc_security_group_ids      = var.security_group_ids
  kms_key_arn                 = var.kms_key_arn
  publicly_accessible         = false
  multi_az                    = var.multi_az
  auto_minor_version_upgrade  = true
  apply_immediately           = false
}

resource "aws_dms_endpoint" "source" {
  endpoint_id                     = "${var.name}-source"
  endpoint_type                   = "source"
  engine_name                     = var.source_database.engine
  database_name                   = var.source_database.database
  secrets_manager_arn             = var.source_database.secret_arn
  secrets_manager_access_role_arn = aws_iam_role.secrets.arn
  ssl_mode                        = var.source_database.ssl_mode
  extra_connection_attributes     = var.source_database.attributes
  kms_key_arn                     = var.kms_key_arn
}

resource "aws_dms_endpoint" "target" {
  count = local.to_bucket ? 0 : 1

  endpoint_id                     = "${var.name}-target"
  endpoint_type                   = "target"
  engine_name                     = "postgres"
  database_name                   = var.target_database.database
  secrets_manager_arn             = var.target_database.secret_arn
  secrets_manager_access_role_arn = aws_iam_role.secrets.arn
  ssl_mode                        = "require"
  kms_key_arn                     = var.kms_key_arn
}

resource "aws_dms_s3_endpoint" "target" {
  count = local.to_bucket ? 1 : 0

  endpoint_id             = "${var.name}-target"
  endpoint_type           = "target"
  bucket_name             = var.target_bucket.name
  bucket_folder           = var.target_bucket.folder
  service_access_role_arn = aws_iam_role.bucket[0].arn

  # What Sluice's dms file format reads: Op on every row, and the moment of the commit.
  data_format                      = "parquet"
  parquet_version                  = "parquet-2-0"
  compression_type                 = "GZIP"
  include_op_for_full_load         = true
  timestamp_column_name            = "dms_commit_time"
  parquet_timestamp_in_millisecond = true
  preserve_transactions            = false
  add_column_name                  = true

  encryption_mode                   = "SSE_KMS"
  server_side_encryption_kms_key_id = var.kms_key_arn
}

resource "aws_dms_replication_task" "this" {
  count = local.serverless ? 0 : 1

  replication_task_id       = var.name
  migration_type            = var.migration_type
  replication_instance_arn  = aws_dms_replication_instance.this[0].replication_instance_arn
  source_endpoint_arn       = aws_dms_endpoint.source.endpoint_arn
  target_endpoint_arn       = local.target_arn
  table_mappings            = local.table_mappings
  replication_task_settings = local.task_settings

  # The schedule starts it.
  start_replication_task = false
}

resource "aws_dms_replication_config" "this" {
  count = local.serverless ? 1 : 0

  replication_config_identifier = var.name
  replication_type              = var.migration_type
  source_endpoint_arn           = aws_dms_endpoint.source.endpoint_arn
  target_endpoint_arn           = local.target_arn
  table_mappings                = local.table_mappings
  replication_settings          = local.task_settings
  start_replication             = false

  compute_config {
    replication_subnet_group_id = aws_dms_replication_subnet_group.this.id
    vpc_security_group_ids      = var.security_group_ids
    kms_key_id                  = var.kms_key_arn
    max_capacity_units          = var.max_capacity_units
    multi_az                    = var.multi_az
  }
}

resource "aws_dms_event_subscription" "this" {
  count = local.serverless ? 0 : 1

  name             = var.name
  enabled          = true
  sns_topic_arn    = var.topic_arn
  source_type      = "replication-task"
  source_ids       = [aws_dms_replication_task.this[0].replication_task_id]
  event_categories = ["configuration change", "deletion", "failure", "state change"]
}
