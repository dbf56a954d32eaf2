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

  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:eu-central-1:123456789012:mock" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-central-1:123456789012:function:mock" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-central-1:123456789012:log-group:mock" }
  }

  mock_resource "aws_dms_replication_task" {
    defaults = { replication_task_arn = "arn:aws:dms:eu-central-1:123456789012:task:mock" }
  }

  mock_resource "aws_dms_replication_instance" {
    defaults = { replication_instance_arn = "arn:aws:dms:eu-central-1:123456789012:rep:mock" }
  }

  mock_resource "aws_dms_replication_config" {
    defaults = { arn = "arn:aws:dms:eu-central-1:123456789012:replication-config:mock" }
  }

  mock_resource "aws_dms_endpoint" {
    defaults = { endpoint_arn = "arn:aws:dms:eu-central-1:123456789012:endpoint:mock" }
  }

  mock_resource "aws_dms_s3_endpoint" {
    defaults = { endpoint_arn = "arn:aws:dms:eu-central-1:123456789012:endpoint:mock-s3" }
  }
}

variables {
  name                     = "sluice-dev"
  environment              = "dev"
  kms_key_arn              = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"
  permissions_boundary_arn = "arn:aws:iam::123456789012:policy/sluice-dev-boundary"
  subnet_ids               = ["subnet-1", "subnet-2"]
  security_group_ids       = ["sg-1"]
  topic_arn                = "arn:aws:sns:eu-central-1:123456789012:alarms"
  source_database          = { engine = "postgres", database = "shop", secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop" }
  target_bucket            = { name = "raw", arn = "arn:aws:s3:::raw" }
  tables                   = [{ schema = "public", table = "orders" }]
  function_package         = { bucket = "artifacts", key = "functions/1/start_replication.zip" }
}

run "the_instance_is_private_and_encrypted" {
  assert {
    condition     = !aws_dms_replication_instance.this[0].publicly_accessible && aws_dms_replication_instance.this[0].kms_key_arn == var.kms_key_arn
    error_message = "The replication instance has no public address, and its storage is encrypted."
  }

  assert {
    condition     = aws_dms_endpoint.source.ssl_mode == "require" && aws_dms_endpoint.source.kms_key_arn == var.kms_key_arn
    error_message = "The source is read by TLS."
  }

  assert {
    condition     = aws_dms_endpoint.source.password == null && aws_dms_endpoint.source.username == null && aws_dms_endpoint.source.secrets_manager_arn == var.source_database.secret_arn
    error_message = "The password stays in Secrets Manager."
  }

  assert {
    condition     = aws_dms_s3_endpoint.target[0].encryption_mode == "SSE_KMS" && aws_dms_s3_endpoint.target[0].server_side_encryption_kms_key_id == var.kms_key_arn
    error_message = "Change files are encrypted with the environment's key."
  }
}

run "change_files_have_what_the_reader_needs" {
  assert {
    condition     = aws_dms_s3_endpoint.target[0].include_op_for_full_load && aws_dms_s3_endpoint.target[0].timestamp_column_name != null
    error_message = "Every row has Op and a time."
  }

  assert {
    condition     = join(", ", [for rule in jsondecode(aws_dms_replication_task.this[0].table_mappings).rules : "${rule.rule-id} ${rule.rule-action} ${try(rule.expression, rule.object-locator.table-name)}"]) == "1 include orders, 2 add-column $AR_H_CHANGE_SEQ"
    error_message = "Every change has its place in the order of changes."
  }

  assert {
    condition     = !aws_dms_replication_task.this[0].start_replication_task && jsondecode(aws_dms_replication_task.this[0].replication_task_settings).FullLoadSettings.TargetTablePrepMode == "DO_NOTHING"
    error_message = "An apply starts nothing, and a restart drops no table that is being read."
  }
}

run "each_role_does_one_thing" {
  assert {
    condition = alltrue([
      for role in concat([aws_iam_role.secrets, aws_iam_role.starter, aws_iam_role.scheduler], aws_iam_role.bucket[*]) :
      role.permissions_boundary == var.permissions_boundary_arn
    ])
    error_message = "Every role is bounded."
  }

  assert {
    condition     = toset(data.aws_iam_policy_document.bucket[0].statement[0].resources) == toset(["arn:aws:s3:::raw/dms/*"])
    error_message = "DMS writes below its folder only."
  }

  assert {
    condition     = toset(data.aws_iam_policy_document.secrets.statement[0].resources) == toset([var.source_database.secret_arn])
    error_message = "DMS reads the secrets of its endpoints only."
  }

  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.starter.statement :
      !contains(statement.resources, "*") || toset(statement.actions) == toset(["dms:DescribeReplicationTasks"])
    ])
    error_message = "The Lambda's one unnamed resource is that of an action that knows none."
  }

  assert {
    condition     = toset(data.aws_iam_policy_document.starter.statement[0].resources) == toset(["arn:aws:dms:eu-central-1:123456789012:task:mock"])
    error_message = "The Lambda starts this task only."
  }
}

run "what_is_not_started_is_told" {
  assert {
    condition     = aws_lambda_function_event_invoke_config.starter.destination_config[0].on_failure[0].destination == var.topic_arn
    error_message = "A Lambda that fails tells the topic."
  }

  assert {
    condition     = length(aws_scheduler_schedule.this.target[0].dead_letter_config) == 1 && aws_sqs_queue.missed.kms_master_key_id == var.kms_key_arn
    error_message = "A start that cannot be delivered is kept, encrypted."
  }

  assert {
    condition     = contains(aws_cloudwatch_metric_alarm.missed.alarm_actions, var.topic_arn)
    error_message = "A message in that queue raises an alarm."
  }

  assert {
    condition     = contains(aws_dms_event_subscription.this[0].event_categories, "failure") && aws_dms_event_subscription.this[0].sns_topic_arn == var.topic_arn
    error_message = "A task that fails tells the topic."
  }
}

run "serverless_instead_of_an_instance" {
  variables {
    kind = "serverless"
  }

  assert {
    condition     = length(aws_dms_replication_instance.this) == 0 && length(aws_dms_replication_task.this) == 0 && !aws_dms_replication_config.this[0].start_replication
    error_message = "There is no instance, and an apply starts nothing."
  }

  assert {
    condition     = aws_dms_replication_config.this[0].compute_config[0].kms_key_id == var.kms_key_arn
    error_message = "Its storage is encrypted."
  }

  assert {
    condition     = aws_lambda_function.starter.environment[0].variables.REPLICATION_ARN == "arn:aws:dms:eu-central-1:123456789012:replication-config:mock" && aws_lambda_function.starter.environment[0].variables.KIND == "serverless"
    error_message = "The Lambda starts the serverless replication."
  }
}

run "a_database_as_target" {
  variables {
    target_bucket   = null
    target_database = { database = "dataengineering", secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:target" }
  }

  assert {
    condition     = aws_dms_endpoint.target[0].ssl_mode == "require" && length(aws_dms_s3_endpoint.target) == 0 && length(aws_iam_role.bucket) == 0
    error_message = "The database is written by TLS, and there is no role for a bucket."
  }

  assert {
    condition     = length(data.aws_iam_policy_document.secrets.statement[0].resources) == 2
    error_message = "DMS reads both secrets."
  }
}

run "one_target" {
  command = plan

  variables {
    target_bucket = null
  }

  expect_failures = [var.target_database]
}

run "nothing_in_clear" {
  command = plan

  variables {
    source_database = { engine = "postgres", database = "shop", secret_arn = "s", ssl_mode = "none" }
  }

  expect_failures = [var.source_database]
}
