# The state machines: ingest, one per source; load and backfill for all. The definitions are in step-functions/.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id  = data.aws_caller_identity.current.account_id
  partition   = data.aws_partition.current.partition
  region      = data.aws_region.current.name
  definitions = "${path.module}/../../../step-functions"

  states       = "arn:${local.partition}:states:${local.region}:${local.account_id}"
  ingest_names = { for source in keys(var.sources) : source => "${var.name}-ingest-${source}" }
  ingest_arns  = { for source, name in local.ingest_names : source => "${local.states}:stateMachine:${name}" }
  load_arn     = "${local.states}:stateMachine:${var.name}-load"
  backfill_arn = "${local.states}:stateMachine:${var.name}-backfill"
  machines     = merge({ for source, name in local.ingest_names : "ingest-${source}" => name }, { load = "${var.name}-load", backfill = "${var.name}-backfill" })

  # The console writes a slash in a log group's name as $252F.
  console        = "https://${local.region}.console.aws.amazon.com"
  logs           = "${local.console}/cloudwatch/home?region=${local.region}#logsV2:log-groups/log-group/"
  log_links      = { for machine, name in local.machines : machine => "${local.logs}${replace("/aws/vendedlogs/states/${name}", "/", "$252F")}" }
  execution_link = "${local.console}/states/home?region=${local.region}#/v2/executions/details/"

  common = {
    environment    = var.environment
    runs_table     = var.runs_table.name
    topic_arn      = var.topic_arn
    execution_link = local.execution_link
    # ECS names a stream by the log driver's prefix, the container and the task.
    container_log_link  = var.fargate == null ? "" : "${local.logs}${replace(var.fargate.log_group_name, "/", "$252F")}/log-events/job$252F${var.fargate.container_name}$252F"
    ecs_cluster         = try(var.fargate.cluster_arn, "none")
    ecs_container       = try(var.fargate.container_name, "none")
    ecs_subnets         = try(join(",", var.fargate.subnet_ids), "none")
    ecs_security_groups = try(join(",", var.fargate.security_group_ids), "none")
    load_machine        = local.load_arn
    # Jobs of a source are told apart by its name alone.
    ingest_job_prefix     = "${var.name}-ingest-"
    load_job_prefix       = "${var.name}-load-"
    ingest_log_link_head  = "${local.logs}${replace("/sluice/${var.name}/ingest/", "/", "$252F")}"
    ingest_log_link_tail  = "${replace("/error", "/", "$252F")}/log-events/"
    load_log_link_head    = "${local.logs}${replace("/sluice/${var.name}/load/", "/", "$252F")}"
    load_log_link_tail    = "${replace("/error", "/", "$252F")}/log-events/"
    load_machine_log_link = local.log_links["load"]
  }
}

resource "aws_sfn_state_machine" "ingest" {
  for_each = var.sources

  name     = local.ingest_names[each.key]
  role_arn = aws_iam_role.machine["ingest-${each.key}"].arn

  definition = templatefile("${local.definitions}/ingest.asl.json", merge(local.common, {
    source              = each.key
    machine_arn         = local.ingest_arns[each.key]
    ecs_task_definition = try(var.fargate.task_definition_arns["ingest"], "none")
    crawl               = each.value.crawl
    crawler             = each.value.crawler == "" ? "none" : each.value.crawler
    crawl_log_link      = "${local.logs}${replace("/aws-glue/crawlers", "/", "$252F")}"
    load                = each.value.load ? "yes" : "no"
    runtime             = each.value.runtime
    ingest_job          = each.value.jobs["ingest"]
    ingest_log_link     = "${local.logs}${replace("${each.value.log_prefixes["ingest"]}/error", "/", "$252F")}/log-events/"
    machine_log_link    = local.log_links["ingest-${each.key}"]
  }))

  logging_configuration {
    log_destination        = "${aws_cloudwatch_log_group.machine["ingest-${each.key}"].arn}:*"
    include_execution_data = true
    level                  = "ALL"
  }

  tracing_configuration {
    enabled = true
  }

  depends_on = [aws_iam_role_policy.machine]

  lifecycle {
    precondition {
      condition     = each.value.runtime != "fargate" || var.fargate != null
      error_message = "Source ${each.key} runs on Fargate, and there is no container to run. Enable the container module or choose runtime glue."
    }
  }
}

resource "aws_sfn_state_machine" "load" {
  name     = "${var.name}-load"
  role_arn = aws_iam_role.machine["load"].arn

  definition = templatefile("${local.definitions}/load.asl.json", merge(local.common, {
    machine_arn         = local.load_arn
    ecs_task_definition = try(var.fargate.task_definition_arns["load"], "none")
    machine_log_link    = local.log_links["load"]
  }))

  logging_configuration {
    log_destination        = "${aws_cloudwatch_log_group.machine["load"].arn}:*"
    include_execution_data = true
    level                  = "ALL"
  }

  tracing_configuration {
    enabled = true
  }

  depends_on = [aws_iam_role_policy.machine]
}

resource "aws_sfn_state_machine" "backfill" {
  name     = "${var.name}-backfill"
  role_arn = aws_iam_role.machine["backfill"].arn

  definition = templatefile("${local.definitions}/backfill.asl.json", merge(local.common, {
    machine_arn         = local.backfill_arn
    ecs_task_definition = try(var.fargate.task_definition_arns["ingest"], "none")
    machine_log_link    = local.log_links["backfill"]
  }))

  logging_configuration {
    log_destination        = "${aws_cloudwatch_log_group.machine["backfill"].arn}:*"
    include_execution_data = true
    level                  = "ALL"
  }

  tracing_configuration {
    enabled = true
  }

  depends_on = [aws_iam_role_policy.machine]
}

# Below /aws/vendedlogs/ the account's one resource policy for logs does not grow with each group.
resource "aws_cloudwatch_log_group" "machine" {
  for_each = local.machines

  name              = "/aws/vendedlogs/states/${each.value}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
