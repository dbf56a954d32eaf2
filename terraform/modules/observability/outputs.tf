output "topic_arn" {
  description = "Topic that failures and alarms are told to."
  value       = aws_sns_topic.this.arn
}

output "dashboard_name" {
  description = "The environment's dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}

output "alarm_names" {
  description = "Names of all alarms."
  value = sort(concat(
    [for alarm in aws_cloudwatch_metric_alarm.delay : alarm.alarm_name],
    [for alarm in aws_cloudwatch_metric_alarm.default_delay : alarm.alarm_name],
    [for alarm in aws_cloudwatch_metric_alarm.silence : alarm.alarm_name],
    [for alarm in aws_cloudwatch_metric_alarm.tables_failed : alarm.alarm_name],
    [for alarm in aws_cloudwatch_metric_alarm.executions : alarm.alarm_name],
    [for alarm in aws_cloudwatch_metric_alarm.dead_letters : alarm.alarm_name],
    [for alarm in aws_cloudwatch_metric_alarm.throttles : alarm.alarm_name],
    [aws_cloudwatch_metric_alarm.schedule.alarm_name],
  ))
}

output "silences" {
  description = "Minutes of silence until the alarm: by source of its runs, by SOURCE/load of its loads."
  value       = { for key, silence in local.silences : key => silence.minutes }
}
