locals {
  # Tables with a limit of their own, by files or by variable: one alarm each and zone.
  own_limits = merge([for source, settings in var.sources : merge([for table, limits in settings.tables : {
    for zone, minutes in { lake = limits.lake, database = limits.database } :
    "${source}/${table}/${zone}" => { source = source, table = table, zone = zone, minutes = minutes } if minutes != null && (zone == "lake" || settings.loads)
  }]...)]...)

  zones = {
    lake     = { metric = "LakeDelayMinutes", over = "LakeDelayOverLimitMinutes", place = "the lake" }
    database = { metric = "DatabaseDelayMinutes", over = "DatabaseDelayOverLimitMinutes", place = "its database" }
  }

  # All other tables of a source share one alarm per zone, whoever registered them: their jobs know the limits of their items.
  default_limits = merge([for source, settings in var.sources : {
    for zone in keys(local.zones) : "${source}/${zone}" => {
      source = source
      zone   = zone
      except = sort([for limit in values(local.own_limits) : limit.table if limit.source == source && limit.zone == zone])
    } if zone == "lake" || settings.loads
  }]...)

  # Loads are watched apart: they may go by a schedule of their own, and their delay is measured by themselves alone.
  silences = merge(
    {
      for source, settings in var.sources : source => {
        source  = source
        minutes = settings.silence_minutes
        metric  = "RunsCompleted"
        name    = "silence"
        what    = "run"
        machine = "${var.name}-ingest-${source}"
      } if settings.silence_minutes != null
    },
    {
      for source, settings in var.sources : "${source}/load" => {
        source  = source
        minutes = settings.load_silence_minutes
        metric  = "LoadsCompleted"
        name    = "load-silence"
        what    = "load"
        machine = "${var.name}-load"
      } if settings.load_silence_minutes != null
    },
  )
}

# A job says how late each of its tables is when it ends; between runs the last word stands. That no run ends at all is
# the silence alarm's.
resource "aws_cloudwatch_metric_alarm" "delay" {
  for_each = local.own_limits

  alarm_name          = "${var.name}-delay-${replace(each.key, "/", "-")}"
  alarm_description   = "${each.value.source}/${each.value.table} is more than ${each.value.minutes} minutes behind in ${local.zones[each.value.zone].place}. Look: sluice --environment ${var.environment} status; what to do: docs/operations.md, delay."
  namespace           = "Sluice"
  metric_name         = local.zones[each.value.zone].metric
  dimensions          = { Environment = var.environment, Source = each.value.source, Table = each.value.table }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.minutes
  treat_missing_data  = "ignore"
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]
}

resource "aws_cloudwatch_metric_alarm" "default_delay" {
  for_each = var.metric_queries ? local.default_limits : {}

  alarm_name          = "${var.name}-delay-${replace(each.key, "/", "-")}"
  alarm_description   = "A table of ${each.value.source} is further behind in ${local.zones[each.value.zone].place} than its settings allow. Look: sluice --environment ${var.environment} status; what to do: docs/operations.md, delay."
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "ignore"
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]

  metric_query {
    id          = "latest"
    label       = "The latest table"
    return_data = true
    period      = 300
    expression = join(" ", concat(
      ["SELECT MAX(${local.zones[each.value.zone].over}) FROM SCHEMA(\"Sluice\", Environment, Source, \"Table\") WHERE Environment = '${var.environment}' AND Source = '${each.value.source}'"],
      [for table in each.value.except : "AND \"Table\" != '${table}'"],
    ))
  }
}

# Nothing ended for so long: the schedule is off, the machine is stuck, or the jobs die before their end.
resource "aws_cloudwatch_metric_alarm" "silence" {
  for_each = local.silences

  alarm_name          = "${var.name}-${each.value.name}-${each.value.source}"
  alarm_description   = "No ${each.value.what} of ${each.value.source} ended within ${each.value.minutes} minutes. Look: the schedule, and the executions of the state machine ${each.value.machine}; what to do: docs/operations.md, silence."
  namespace           = "Sluice"
  metric_name         = each.value.metric
  dimensions          = { Environment = var.environment, Source = each.value.source }
  statistic           = "Sum"
  period              = each.value.minutes > 1440 ? 3600 : 300
  evaluation_periods  = each.value.minutes > 1440 ? ceil(each.value.minutes / 60) : ceil(each.value.minutes / 5)
  datapoints_to_alarm = each.value.minutes > 1440 ? ceil(each.value.minutes / 60) : ceil(each.value.minutes / 5)
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]
}

resource "aws_cloudwatch_metric_alarm" "tables_failed" {
  for_each = var.sources

  alarm_name          = "${var.name}-failed-${each.key}"
  alarm_description   = "Tables of ${each.key} failed. Which, and why: sluice --environment ${var.environment} status; what to do: docs/operations.md, failure."
  namespace           = "Sluice"
  metric_name         = "TablesFailed"
  dimensions          = { Environment = var.environment, Source = each.key }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "ignore"
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]
}

# The machine tells of what it catches. What ends it from outside, only this tells.
resource "aws_cloudwatch_metric_alarm" "executions" {
  for_each = var.machine_arns

  alarm_name          = "${var.name}-execution-${each.key}"
  alarm_description   = "An execution of the state machine ${each.key} failed, timed out or was aborted. What to do: docs/operations.md, failure."
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]

  metric_query {
    id          = "ended_badly"
    label       = "Failed, timed out or aborted"
    expression  = "FILL(failed, 0) + FILL(late, 0) + FILL(aborted, 0)"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { failed = "ExecutionsFailed", late = "ExecutionsTimedOut", aborted = "ExecutionsAborted" }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/States"
        metric_name = metric_query.value
        dimensions  = { StateMachineArn = each.value }
        period      = 300
        stat        = "Sum"
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  for_each = var.dead_letter_queues

  alarm_name          = "${var.name}-dead-letters-${each.key}"
  alarm_description   = "Messages wait in the dead letter queue ${each.value}. What to do: docs/operations.md, dead letters."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = each.value }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]
}

resource "aws_cloudwatch_metric_alarm" "schedule" {
  alarm_name          = "${var.name}-schedule-errors"
  alarm_description   = "The scheduler could not start a state machine. What to do: docs/operations.md, dead letters."
  namespace           = "AWS/Scheduler"
  metric_name         = "TargetErrorCount"
  dimensions          = { ScheduleGroup = var.schedule_group }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
}

locals {
  throttles = merge([for key, table in var.table_names : {
    for kind in ["Read", "Write"] : "${key}-${lower(kind)}" => { table = table, metric = "${kind}ThrottleEvents" }
  }]...)
}

resource "aws_cloudwatch_metric_alarm" "throttles" {
  for_each = local.throttles

  alarm_name          = "${var.name}-throttles-${each.key}"
  alarm_description   = "DynamoDB throttles ${each.value.table}. What to do: docs/operations.md, throttles."
  namespace           = "AWS/DynamoDB"
  metric_name         = each.value.metric
  dimensions          = { TableName = each.value.table }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = 10
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]
}
