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

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }

  mock_resource "aws_backup_vault" {
    defaults = { arn = "arn:aws:backup:eu-central-1:123456789012:backup-vault:mock" }
  }
}

variables {
  name                     = "sluice-dev"
  environment              = "dev"
  kms_key_arn              = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"
  permissions_boundary_arn = "arn:aws:iam::123456789012:policy/sluice-dev-boundary"
  topic_arn                = "arn:aws:sns:eu-central-1:123456789012:alarms"
  resource_arns            = ["arn:aws:rds:eu-central-1:123456789012:db:one", "arn:aws:dynamodb:eu-central-1:123456789012:table/bookmarks"]
}

run "database_and_stores_are_backed_up" {
  assert {
    condition     = toset(aws_backup_selection.this[0].resources) == toset(var.resource_arns)
    error_message = "Everything named is in the plan."
  }

  assert {
    condition     = { for rule in aws_backup_plan.this.rule : rule.rule_name => rule.lifecycle[0].delete_after } == { daily = 35, monthly = 365 }
    error_message = "Days are kept five weeks, months a year."
  }
}

run "a_mistake_does_not_empty_the_vault" {
  assert {
    condition     = aws_backup_vault.this.kms_key_arn == var.kms_key_arn && !aws_backup_vault.this.force_destroy
    error_message = "The vault is encrypted, and does not go with its backups."
  }

  assert {
    condition     = aws_backup_vault_lock_configuration.this[0].min_retention_days == 7
    error_message = "A week's backups cannot be deleted."
  }

  assert {
    condition     = aws_iam_role.this.permissions_boundary == var.permissions_boundary_arn
    error_message = "The role is bounded."
  }
}

run "failure_and_silence_are_told" {
  assert {
    condition     = aws_cloudwatch_event_target.failed.arn == var.topic_arn && contains(jsondecode(aws_cloudwatch_event_rule.failed.event_pattern).detail.state, "FAILED")
    error_message = "A backup that failed is told."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.silent[0].treat_missing_data == "breaching" && contains(aws_cloudwatch_metric_alarm.silent[0].alarm_actions, var.topic_arn)
    error_message = "So is a plan that has gone quiet."
  }
}

run "prod_backs_something_up" {
  command = plan

  variables {
    environment      = "prod"
    select_resources = false
    force_destroy    = true
  }

  expect_failures = [var.select_resources, var.force_destroy]
}
