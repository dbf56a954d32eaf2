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
  name               = "sluice-test"
  environment        = "test"
  kms_key_arn        = "arn:aws:kms:eu-central-1:111122223333:key/a-key"
  subscribers        = { email = ["lake@example.com"], https = ["https://hooks.example.com/sluice"] }
  machine_arns       = { ingest-shop = "arn:aws:states:eu-central-1:111122223333:stateMachine:sluice-test-ingest-shop" }
  table_names        = { settings = "settings", bookmarks = "bookmarks", runs = "runs" }
  dead_letter_queues = { schedules = "dead" }
  schedule_group     = "sluice-test"

  sources = {
    shop = {
      tables          = { customers = { lake = 1440, database = 1440 }, orders = { lake = null, database = 10 } }
      silence_minutes = 45
      # Loaded by a schedule of its own, nightly.
      load_silence_minutes = 1560
    }
    manual = {}
    files  = { silence_minutes = 60, loads = false }
  }
}

run "silence_is_an_alarm" {
  command = apply

  assert {
    condition     = aws_cloudwatch_metric_alarm.silence["shop"].treat_missing_data == "breaching" && aws_cloudwatch_metric_alarm.silence["shop"].metric_name == "RunsCompleted"
    error_message = "No run at all is an alarm."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.silence["shop"].period * aws_cloudwatch_metric_alarm.silence["shop"].evaluation_periods == 45 * 60
    error_message = "Silence is watched over the source's own minutes."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.silence["shop/load"].treat_missing_data == "breaching" && aws_cloudwatch_metric_alarm.silence["shop/load"].metric_name == "LoadsCompleted" && aws_cloudwatch_metric_alarm.silence["shop/load"].dimensions == tomap({ Environment = "test", Source = "shop" })
    error_message = "No load at all is an alarm of its own: while runs go on, theirs is quiet, and a delay that nobody measures is no alarm."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.silence["shop/load"].period * aws_cloudwatch_metric_alarm.silence["shop/load"].evaluation_periods == 1560 * 60
    error_message = "Silence of loads is watched over their own minutes."
  }

  assert {
    condition     = toset(keys(aws_cloudwatch_metric_alarm.silence)) == toset(["shop", "shop/load", "files"])
    error_message = "A source without a schedule may be silent, and one without loads has none that could be."
  }
}

run "delay_is_an_alarm_by_table_or_by_default" {
  command = apply

  assert {
    condition     = { for key, alarm in aws_cloudwatch_metric_alarm.delay : key => alarm.threshold } == { "shop/customers/lake" = 1440, "shop/customers/database" = 1440, "shop/orders/database" = 10 }
    error_message = "A table's own limits have alarms of their own."
  }

  assert {
    condition = alltrue([for alarm in aws_cloudwatch_metric_alarm.default_delay : alarm.threshold == 0 && alarm.comparison_operator == "GreaterThanThreshold"]) && {
      for key, alarm in aws_cloudwatch_metric_alarm.default_delay : key => regex("SELECT MAX\\((\\w+)\\)", one(alarm.metric_query).expression)[0]
      } == {
      "shop/lake" = "LakeDelayOverLimitMinutes", "shop/database" = "DatabaseDelayOverLimitMinutes", "manual/lake" = "LakeDelayOverLimitMinutes", "manual/database" = "DatabaseDelayOverLimitMinutes", "files/lake" = "LakeDelayOverLimitMinutes"
    }
    error_message = "All others are late by the limits of their own items, whoever registered them."
  }

  assert {
    condition     = strcontains(one(aws_cloudwatch_metric_alarm.default_delay["shop/lake"].metric_query).expression, "!= 'customers'") && !strcontains(one(aws_cloudwatch_metric_alarm.default_delay["shop/lake"].metric_query).expression, "!= 'orders'")
    error_message = "The shared alarm leaves out tables with limits of their own, and no others."
  }
}

run "everything_that_can_go_wrong_is_told" {
  command = apply

  assert {
    condition = alltrue([for alarm in concat(
      values(aws_cloudwatch_metric_alarm.delay), values(aws_cloudwatch_metric_alarm.default_delay), values(aws_cloudwatch_metric_alarm.silence), values(aws_cloudwatch_metric_alarm.tables_failed),
      values(aws_cloudwatch_metric_alarm.executions), values(aws_cloudwatch_metric_alarm.dead_letters), values(aws_cloudwatch_metric_alarm.throttles), [aws_cloudwatch_metric_alarm.schedule],
    ) : alarm.alarm_actions == toset([aws_sns_topic.this.arn])])
    error_message = "Every alarm tells the topic."
  }

  assert {
    condition     = toset([for query in aws_cloudwatch_metric_alarm.executions["ingest-shop"].metric_query : one(query.metric).metric_name if length(query.metric) == 1]) == toset(["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"])
    error_message = "An execution that fails, times out or is aborted is an alarm."
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.throttles) == 6 && length(aws_cloudwatch_metric_alarm.dead_letters) == 1 && length(aws_cloudwatch_metric_alarm.tables_failed) == 3
    error_message = "Throttles, dead letters and failed tables are alarms."
  }

  assert {
    condition     = length(aws_sns_topic_subscription.email) == 1 && length(aws_sns_topic_subscription.https) == 1
    error_message = "Subscribers are subscribed."
  }

  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets) == 10
    error_message = "One dashboard shows it all."
  }
}

run "the_topic_is_encrypted_and_closed" {
  command = apply

  assert {
    condition     = aws_sns_topic.this.kms_master_key_id == var.kms_key_arn
    error_message = "The topic is encrypted with the environment's key."
  }

  assert {
    condition     = anytrue([for statement in jsondecode(aws_sns_topic_policy.this.policy).Statement : statement.Effect == "Deny" && try(statement.Condition.Bool["aws:SecureTransport"], "") == "false"])
    error_message = "The topic refuses what does not come by TLS."
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_sns_topic_policy.this.policy).Statement : statement.Effect == "Deny" || try(statement.Condition.StringEquals["aws:SourceAccount"], "") == "111122223333"])
    error_message = "Services publish for this account alone."
  }

  assert {
    # RDS and DMS as the SNS guide lists the event sources of encrypted topics: RDS publishes as events.rds.
    condition = toset(flatten([for statement in jsondecode(aws_sns_topic_policy.this.policy).Statement : statement.Principal.Service if statement.Effect == "Allow"])) == toset([
      "backup.amazonaws.com", "budgets.amazonaws.com", "cloudwatch.amazonaws.com", "costalerts.amazonaws.com", "dms.amazonaws.com", "events.amazonaws.com", "events.rds.amazonaws.com",
    ])
    error_message = "Each service publishes under the name that it has for events."
  }
}

run "a_webhook_without_tls_is_refused" {
  command = plan

  variables {
    subscribers = { https = ["http://hooks.example.com/sluice"] }
  }

  expect_failures = [var.subscribers]
}
