mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { name = "eu-central-1" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::a-bucket" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-central-1:111122223333:key/a-key" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/a-role" }
  }
  mock_resource "aws_sfn_state_machine" {
    defaults = { arn = "arn:aws:states:eu-central-1:111122223333:stateMachine:a-machine" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-central-1:111122223333:log-group:a-group" }
  }
  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:eu-central-1:111122223333:a-queue" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-central-1:111122223333:a-topic" }
  }
  mock_resource "aws_dynamodb_table" {
    defaults = { arn = "arn:aws:dynamodb:eu-central-1:111122223333:table/a-table" }
  }
}

variables {
  name        = "sluice-test"
  environment = "test"
}

run "no_bucket_is_public_plain_or_without_versions" {
  command = apply

  assert {
    condition     = length(aws_s3_bucket_public_access_block.this) == 6 && alltrue([for block in aws_s3_bucket_public_access_block.this : block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets])
    error_message = "Every bucket blocks all public access."
  }

  assert {
    condition     = alltrue([for versioning in aws_s3_bucket_versioning.this : versioning.versioning_configuration[0].status == "Enabled"]) && length(aws_s3_bucket_versioning.this) == 6
    error_message = "Every bucket keeps versions."
  }

  assert {
    condition = alltrue([for zone in ["raw", "curated", "quarantine", "scripts", "results"] : anytrue([
      for rule in aws_s3_bucket_server_side_encryption_configuration.this[zone].rule : rule.apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms" && rule.apply_server_side_encryption_by_default[0].kms_master_key_id == aws_kms_key.this.arn
    ])])
    error_message = "Every zone is encrypted with the environment's own key."
  }

  assert {
    condition     = alltrue([for policy in aws_s3_bucket_policy.this : anytrue([for statement in jsondecode(policy.policy).Statement : statement.Effect == "Deny" && try(statement.Condition.Bool["aws:SecureTransport"], "") == "false" && statement.Action == "s3:*"])]) && length(aws_s3_bucket_policy.this) == 6
    error_message = "Every bucket refuses what does not come by TLS."
  }

  assert {
    condition     = length(aws_s3_bucket_logging.this) == 5 && alltrue([for logging in aws_s3_bucket_logging.this : logging.target_bucket == aws_s3_bucket.logs.id])
    error_message = "Access to every zone is logged."
  }

  assert {
    condition     = aws_kms_key.this.enable_key_rotation
    error_message = "The key rotates."
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_kms_key.this.policy).Statement : statement.Sid == "Account" || length(try(statement.Condition, {})) > 0])
    error_message = "Services use the key for this account alone."
  }

  assert {
    # RDS and DMS as the SNS guide lists the event sources of encrypted topics: RDS publishes as events.rds.
    condition = alltrue([
      for service in ["backup.amazonaws.com", "budgets.amazonaws.com", "cloudwatch.amazonaws.com", "costalerts.amazonaws.com", "dms.amazonaws.com", "events.amazonaws.com", "events.rds.amazonaws.com"] :
      contains(one([for statement in jsondecode(aws_kms_key.this.policy).Statement : statement.Principal.Service if statement.Sid == "Publishers"]), service)
    ])
    error_message = "Who publishes to the topic encrypts with its key."
  }
}

run "old_data_moves_and_goes" {
  command = apply

  assert {
    condition = anytrue([
      for rule in aws_s3_bucket_lifecycle_configuration.this["raw"].rule : anytrue([for transition in rule.transition : transition.days == 90 && transition.storage_class == "GLACIER"]) && rule.status == "Enabled"
    ])
    error_message = "Raw moves to Glacier after 90 days."
  }

  assert {
    condition     = alltrue([for zone in ["curated", "quarantine", "scripts"] : alltrue([for rule in aws_s3_bucket_lifecycle_configuration.this[zone].rule : length(rule.transition) == 0 && alltrue([for expiration in rule.expiration : expiration.days == null || expiration.days == 0])])])
    error_message = "What is curated, quarantined or code neither moves nor expires."
  }

  assert {
    condition     = alltrue([for lifecycle in aws_s3_bucket_lifecycle_configuration.this : anytrue([for rule in lifecycle.rule : length(rule.abort_incomplete_multipart_upload) == 1]) && anytrue([for rule in lifecycle.rule : length(rule.noncurrent_version_expiration) == 1])])
    error_message = "Every bucket gives up abandoned uploads and old versions."
  }
}

run "raw_stays_where_it_is_when_told" {
  command = plan

  variables {
    raw_archive_days = null
  }

  assert {
    condition     = alltrue([for rule in aws_s3_bucket_lifecycle_configuration.this["raw"].rule : length(rule.transition) == 0])
    error_message = "Without an age, raw is not archived."
  }
}

run "raw_is_not_archived_within_a_month" {
  command = plan

  variables {
    raw_archive_days = 7
  }

  expect_failures = [var.raw_archive_days]
}
