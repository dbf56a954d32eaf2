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

  mock_resource "aws_athena_workgroup" {
    defaults = { arn = "arn:aws:athena:eu-central-1:123456789012:workgroup/mock" }
  }
}

variables {
  name               = "sluice-dev"
  environment        = "dev"
  kms_key_arn        = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"
  results_bucket     = "results"
  results_bucket_arn = "arn:aws:s3:::results"
  curated_bucket_arn = "arn:aws:s3:::curated"
  database           = "curated"
  named_queries      = { invoices = { description = "Open invoices", sql = "SELECT 1" } }
}

run "limits_cannot_be_lifted" {
  assert {
    condition     = aws_athena_workgroup.this.configuration[0].enforce_workgroup_configuration && aws_athena_workgroup.this.configuration[0].bytes_scanned_cutoff_per_query == 107374182400
    error_message = "A client cannot override the workgroup, and a query ends at its limit."
  }

  assert {
    condition     = aws_athena_workgroup.this.configuration[0].result_configuration[0].encryption_configuration[0].encryption_option == "SSE_KMS" && aws_athena_workgroup.this.configuration[0].result_configuration[0].encryption_configuration[0].kms_key_arn == var.kms_key_arn
    error_message = "Results are encrypted with the environment's key."
  }

  assert {
    condition     = aws_athena_workgroup.this.configuration[0].publish_cloudwatch_metrics_enabled && !aws_athena_workgroup.this.force_destroy
    error_message = "What queries cost is seen, and their history is kept."
  }
}

run "analysts_read_curated_only" {
  assert {
    condition = alltrue(flatten([
      for statement in data.aws_iam_policy_document.analyst.statement : [
        for resource in statement.resources : resource != "*"
      ]
    ]))
    error_message = "Every resource is named."
  }

  assert {
    condition = alltrue(flatten([
      for statement in data.aws_iam_policy_document.analyst.statement : [
        for action in statement.actions : !can(regex("Put|Delete|Create|Update", action)) || statement.sid == "Results"
      ]
    ]))
    error_message = "Nothing is written but results."
  }

  assert {
    condition     = one([for statement in data.aws_iam_policy_document.analyst.statement : statement.resources if statement.sid == "Results"]) == toset(["arn:aws:s3:::results/athena/*"])
    error_message = "Results are written below their prefix."
  }
}

run "a_limit_there_is" {
  command = plan

  variables {
    bytes_scanned_limit = 0
  }

  expect_failures = [var.bytes_scanned_limit]
}
