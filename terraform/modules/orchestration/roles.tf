# One role per state machine, from the integrations that its definition uses.

locals {
  glue          = "arn:${local.partition}:glue:${local.region}:${local.account_id}"
  ingest_jobs   = { for source, settings in var.sources : source => "${local.glue}:job/${settings.jobs["ingest"]}" }
  load_jobs     = { for source, settings in var.sources : source => "${local.glue}:job/${settings.jobs["load"]}" }
  managed_rules = "arn:${local.partition}:events:${local.region}:${local.account_id}:rule"

  run_glue = ["glue:StartJobRun", "glue:GetJobRun", "glue:GetJobRuns", "glue:BatchStopJobRun"]

  # Each machine runs one job: a backfill's is the ingest.
  machine_jobs = { for machine in keys(local.machines) : machine => machine == "load" ? "load" : "ingest" }

  on_fargate = { for job in ["ingest", "load"] : job => [for fargate in [var.fargate] : [
    # A revision's number is the definition's last part; an execution that began with an earlier one ends with it.
    { Effect = "Allow", Action = ["ecs:RunTask"], Resource = ["${replace(fargate.task_definition_arns[job], "/:[0-9]+$/", "")}:*"], Condition = { ArnEquals = { "ecs:cluster" = fargate.cluster_arn } } },
    { Effect = "Allow", Action = ["ecs:StopTask", "ecs:DescribeTasks"], Resource = ["${replace(fargate.cluster_arn, ":cluster/", ":task/")}/*"] },
    { Effect = "Allow", Action = ["iam:PassRole"], Resource = [fargate.task_role_arns[job], fargate.execution_role_arn], Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } } },
    # Step Functions hears of a task's end by a rule of this name.
    { Effect = "Allow", Action = ["events:PutTargets", "events:PutRule", "events:DescribeRule"], Resource = ["${local.managed_rules}/StepFunctionsGetEventsForECSTaskRule"] },
  ] if fargate != null] }

  run_load = [
    { Effect = "Allow", Action = ["states:StartExecution"], Resource = [local.load_arn] },
    { Effect = "Allow", Action = ["states:DescribeExecution", "states:StopExecution"], Resource = ["${local.states}:execution:${var.name}-load:*"] },
    { Effect = "Allow", Action = ["events:PutTargets", "events:PutRule", "events:DescribeRule"], Resource = ["${local.managed_rules}/StepFunctionsGetEventsForStepFunctionsExecutionRule"] },
  ]

  every_machine = [
    { Effect = "Allow", Action = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"], Resource = [var.runs_table.arn] },
    { Effect = "Allow", Action = ["sns:Publish"], Resource = [var.topic_arn] },
    { Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = [var.kms_key_arn] },
    # The holder of a source's lock is an execution of its own machine or of the backfill's or the load's.
    { Effect = "Allow", Action = ["states:DescribeExecution"], Resource = ["${local.states}:execution:${var.name}-*"] },
    # Delivery of logs is configured per account: the API knows no resource.
    { Effect = "Allow", Action = ["logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups"], Resource = ["*"] },
    # X-Ray knows no resource either.
    { Effect = "Allow", Action = ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"], Resource = ["*"] },
  ]

  machine_statements = merge(
    {
      for source, settings in var.sources : "ingest-${source}" => concat(
        [{ Effect = "Allow", Action = local.run_glue, Resource = [local.ingest_jobs[source]] }],
        [for crawler in [settings.crawler] : { Effect = "Allow", Action = ["glue:StartCrawler", "glue:GetCrawler"], Resource = ["${local.glue}:crawler/${crawler}"] } if crawler != ""],
        local.run_load,
      )
    },
    {
      load     = [for jobs in [values(local.load_jobs)] : { Effect = "Allow", Action = local.run_glue, Resource = jobs } if length(jobs) > 0]
      backfill = concat([for jobs in [values(local.ingest_jobs)] : { Effect = "Allow", Action = local.run_glue, Resource = jobs } if length(jobs) > 0], local.run_load)
    },
  )

  machine_policies = {
    for machine, statements in local.machine_statements : machine => jsonencode({
      Version   = "2012-10-17"
      Statement = concat(local.every_machine, flatten(local.on_fargate[local.machine_jobs[machine]]), statements)
    })
  }
}

resource "aws_iam_role" "machine" {
  for_each = local.machines

  name                 = "${each.value}-machine"
  description          = "State machine ${each.value}"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "states.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account_id }
        ArnLike      = { "aws:SourceArn" = "${local.states}:stateMachine:${each.value}" }
      }
    }]
  })
}

resource "aws_iam_role_policy" "machine" {
  for_each = local.machines

  name   = "machine"
  role   = aws_iam_role.machine[each.key].id
  policy = local.machine_policies[each.key]
}
