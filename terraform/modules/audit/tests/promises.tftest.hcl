# What every module is tried with: no account, no network.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_region" {
    defaults = { name = "eu-central-1" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::mock" }
  }
}

variables {
  name        = "sluice-dev"
  environment = "dev"
  kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"
  bucket_arns = ["arn:aws:s3:::raw", "arn:aws:s3:::curated"]
  table_arns  = ["arn:aws:dynamodb:eu-central-1:123456789012:table/settings"]
}

run "the_record_is_kept_safe" {
  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this.block_public_acls,
      aws_s3_bucket_public_access_block.this.block_public_policy,
      aws_s3_bucket_public_access_block.this.ignore_public_acls,
      aws_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "The bucket is nobody's but ours."
  }

  assert {
    condition     = aws_cloudtrail.this.kms_key_id == var.kms_key_arn && one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default[0].kms_master_key_id == var.kms_key_arn
    error_message = "Trail and bucket are encrypted with the environment's key."
  }

  assert {
    condition     = aws_cloudtrail.this.enable_log_file_validation && aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled" && !aws_s3_bucket.this.force_destroy
    error_message = "A change of the record is noticed, and its loss mended."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[0].expiration[0].days == 400
    error_message = "It is forgotten in time."
  }
}

run "only_cloudtrail_writes_and_only_by_tls" {
  assert {
    condition     = one([for statement in data.aws_iam_policy_document.bucket.statement : one(statement.condition).values if statement.sid == "CloudTrailAsks"]) == tolist(["arn:aws:cloudtrail:eu-central-1:123456789012:trail/sluice-dev-stores"])
    error_message = "The trail is named, so that another account's cannot write here."
  }

  assert {
    condition     = alltrue([for statement in data.aws_iam_policy_document.bucket.statement : alltrue([for principal in statement.principals : principal.type == "Service"]) if statement.effect != "Deny"])
    error_message = "Nobody but the service is let in."
  }

  assert {
    condition     = one([for statement in data.aws_iam_policy_document.bucket.statement : one(statement.condition).variable if statement.effect == "Deny"]) == "aws:SecureTransport"
    error_message = "Nothing comes without TLS."
  }
}

run "changes_of_every_store_are_recorded" {
  assert {
    condition     = toset(flatten([for selector in aws_cloudtrail.this.advanced_event_selector : [for field in selector.field_selector : field.starts_with if field.field == "resources.ARN"] if selector.name == "Changes of objects"])) == toset(["arn:aws:s3:::raw/", "arn:aws:s3:::curated/"])
    error_message = "Every bucket is watched."
  }

  assert {
    condition     = toset(flatten([for selector in aws_cloudtrail.this.advanced_event_selector : [for field in selector.field_selector : field.equals if field.field == "resources.ARN"] if selector.name == "Changes of items"])) == toset(var.table_arns)
    error_message = "Every table is watched."
  }

  assert {
    condition     = aws_cloudtrail.this.is_multi_region_trail && aws_cloudtrail.this.enable_logging
    error_message = "The trail is on, in every region."
  }
}

run "prod_keeps_its_record" {
  command = plan

  variables {
    environment   = "prod"
    force_destroy = true
  }

  expect_failures = [var.force_destroy]
}
