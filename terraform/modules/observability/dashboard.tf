locals {
  by_source = sort(keys(var.sources))

  delay_widgets = [for index, zone in ["lake", "database"] : {
    type = "metric", x = index * 12, y = 0, width = 12, height = 7
    properties = {
      title  = "Minutes behind, ${zone}; right: over the table's limit"
      region = local.region
      view   = "timeSeries"
      stat   = "Maximum"
      period = 300
      metrics = [for id, shown in { delays = { metric = local.zones[zone].metric, axis = "left" }, over = { metric = local.zones[zone].over, axis = "right" } } :
        [{ expression = "SEARCH('{Sluice,Environment,Source,\"Table\"} MetricName=\"${shown.metric}\" Environment=\"${var.environment}\"', 'Maximum', 300)", id = id, yAxis = shown.axis }]
      ]
    }
  }]

  run_widgets = [for index, shown in [
    { title = "Rows ingested", metric = "RowsIngested", stat = "Sum", dimensions = "Environment,Source,\"Table\"" },
    { title = "Rows quarantined", metric = "RowsQuarantined", stat = "Sum", dimensions = "Environment,Source,\"Table\"" },
    { title = "Seconds per run", metric = "RunSeconds", stat = "Maximum", dimensions = "Environment,Source" },
    { title = "Runs and loads completed", metric = "RunsCompleted", loads = "LoadsCompleted", stat = "Sum", dimensions = "Environment,Source" },
    { title = "Tables failed", metric = "TablesFailed", stat = "Maximum", dimensions = "Environment,Source" },
    ] : {
    type = "metric", x = (index % 3) * 8, y = 7 + floor(index / 3) * 6, width = 8, height = 6
    properties = {
      title   = shown.title
      region  = local.region
      view    = "timeSeries"
      stat    = shown.stat
      period  = 300
      metrics = [for metric in compact([shown.metric, try(shown.loads, "")]) : [{ expression = "SEARCH('{Sluice,${shown.dimensions}} MetricName=\"${metric}\" Environment=\"${var.environment}\"', '${shown.stat}', 300)", id = "shown${metric}" }]]
    }
  }]

  system_widgets = [
    {
      type = "metric", x = 16, y = 13, width = 8, height = 6
      properties = {
        title   = "Executions that ended badly"
        region  = local.region
        view    = "timeSeries"
        stat    = "Sum"
        period  = 300
        metrics = [for pair in setproduct(sort(keys(var.machine_arns)), ["ExecutionsFailed", "ExecutionsTimedOut"]) : ["AWS/States", pair[1], "StateMachineArn", var.machine_arns[pair[0]], { label = "${pair[0]}: ${pair[1]}" }]]
      }
    },
    {
      # Where the bottleneck is as load grows: workers asked for against workers had, heap, and the skew of stages.
      type = "metric", x = 0, y = 19, width = 12, height = 6
      properties = {
        title   = "Glue: workers that are needed"
        region  = local.region
        view    = "timeSeries"
        stat    = "Maximum"
        period  = 300
        metrics = [for job in sort(flatten([for source in var.sources : values(source.jobs)])) : ["Glue", "glue.driver.ExecutorAllocationManager.executors.numberMaxNeededExecutors", "JobName", job, "JobRunId", "ALL", "Type", "gauge", { label = job }]]
      }
    },
    {
      type = "metric", x = 12, y = 19, width = 12, height = 6
      properties = {
        title   = "DynamoDB throttles"
        region  = local.region
        view    = "timeSeries"
        stat    = "Sum"
        period  = 300
        metrics = [for key in sort(keys(local.throttles)) : ["AWS/DynamoDB", local.throttles[key].metric, "TableName", local.throttles[key].table, { label = key }]]
      }
    },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({ widgets = concat(local.delay_widgets, local.run_widgets, local.system_widgets) })
}
