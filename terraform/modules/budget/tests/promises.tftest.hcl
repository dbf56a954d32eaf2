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

  mock_resource "aws_ce_anomaly_monitor" {
    defaults = { arn = "arn:aws:ce::123456789012:anomalymonitor/mock" }
  }
}

variables {
  name              = "sluice-dev"
  environment       = "dev"
  monthly_limit_usd = 400
  topic_arn         = "arn:aws:sns:eu-central-1:123456789012:alarms"
}

run "money_is_watched_before_it_is_spent" {
  assert {
    condition     = aws_budgets_budget.this.limit_amount == "400.0" && aws_budgets_budget.this.time_unit == "MONTHLY"
    error_message = "The budget is the month's."
  }

  assert {
    condition     = length([for notification in aws_budgets_budget.this.notification : notification if notification.notification_type == "FORECASTED" && notification.threshold == 100]) == 1
    error_message = "A month that will be too dear is told before it is."
  }

  assert {
    condition     = length(aws_budgets_budget.this.notification) == 4 && alltrue([for notification in aws_budgets_budget.this.notification : contains(notification.subscriber_sns_topic_arns, var.topic_arn)])
    error_message = "The topic is told of every threshold."
  }
}

run "what_nobody_planned_is_told_at_once" {
  assert {
    condition     = aws_ce_anomaly_subscription.this[0].frequency == "IMMEDIATE" && one(aws_ce_anomaly_subscription.this[0].subscriber).address == var.topic_arn
    error_message = "An anomaly goes to the topic at once."
  }

  assert {
    condition     = aws_ce_anomaly_monitor.this[0].monitor_dimension == "SERVICE"
    error_message = "Every service is watched."
  }
}

run "an_existing_monitor_is_used" {
  variables {
    anomaly_monitor_arn = "arn:aws:ce::123456789012:anomalymonitor/there"
  }

  assert {
    condition     = length(aws_ce_anomaly_monitor.this) == 0 && one(aws_ce_anomaly_subscription.this[0].monitor_arn_list) == "arn:aws:ce::123456789012:anomalymonitor/there"
    error_message = "An account may have one monitor of services."
  }
}

run "prod_tells_somebody" {
  command = plan

  variables {
    environment = "prod"
    notify      = false
  }

  expect_failures = [var.notify]
}
