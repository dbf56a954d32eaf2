# The money: a monthly budget that speaks before it is spent, and a watch for what nobody planned.

locals {
  notifications = var.notify ? concat(
    [for percent in var.actual_percents : { type = "ACTUAL", percent = percent }],
    [for percent in var.forecast_percents : { type = "FORECASTED", percent = percent }],
  ) : []

  anomalies = var.anomaly_detection && var.notify
}

resource "aws_budgets_budget" "this" {
  name         = "${var.name}-monthly"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = format("%.1f", var.monthly_limit_usd)
  limit_unit   = "USD"

  dynamic "cost_filter" {
    for_each = var.cost_filters

    content {
      name   = cost_filter.key
      values = cost_filter.value
    }
  }

  dynamic "notification" {
    for_each = local.notifications

    content {
      notification_type          = notification.value.type
      threshold                  = notification.value.percent
      threshold_type             = "PERCENTAGE"
      comparison_operator        = "GREATER_THAN"
      subscriber_sns_topic_arns  = compact([var.topic_arn])
      subscriber_email_addresses = var.emails
    }
  }
}

resource "aws_ce_anomaly_monitor" "this" {
  count = local.anomalies && var.anomaly_monitor_arn == null ? 1 : 0

  name              = "${var.name}-services"
  monitor_type      = "DIMENSIONAL"
  monitor_dimension = "SERVICE"
}

resource "aws_ce_anomaly_subscription" "this" {
  count = local.anomalies ? 1 : 0

  name = "${var.name}-anomalies"
  # Only a topic is told at once; e-mail comes once a day.
  frequency        = var.topic_arn == null ? "DAILY" : "IMMEDIATE"
  monitor_arn_list = [var.anomaly_monitor_arn == null ? aws_ce_anomaly_monitor.this[0].arn : var.anomaly_monitor_arn]

  dynamic "subscriber" {
    for_each = var.topic_arn == null ? var.emails : []

    content {
      type    = "EMAIL"
      address = subscriber.value
    }
  }

  dynamic "subscriber" {
    for_each = var.topic_arn == null ? [] : [var.topic_arn]

    content {
      type    = "SNS"
      address = subscriber.value
    }
  }

  threshold_expression {
    dimension {
      key           = "ANOMALY_TOTAL_IMPACT_ABSOLUTE"
      match_options = ["GREATER_THAN_OR_EQUAL"]
      values        = [tostring(var.anomaly_usd)]
    }
  }
}
