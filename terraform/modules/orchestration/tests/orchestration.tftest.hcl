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
  name        = "sluice-test"
  environment = "test"
  kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/a-key"
  topic_arn   = "arn:aws:sns:eu-central-1:111122223333:a-topic"
  runs_table  = { name = "runs", arn = "arn:aws:dynamodb:eu-central-1:111122223333:table/runs" }

  sources = {
    shop = {
      schedule      = "cron(0/15 6-22 * * ? *)"
      time_zone     = "Europe/Copenhagen"
      load          = false
      load_schedule = "cron(0 3 * * ? *)"
      crawl         = "on-drift"
      crawler       = "sluice-test-raw-shop"
      jobs          = { ingest = "sluice-test-ingest-shop", load = "sluice-test-load-shop" }
      log_prefixes  = { ingest = "/sluice/sluice-test/ingest/shop", load = "/sluice/sluice-test/load/shop" }
    }
    till = {
      jobs         = { ingest = "sluice-test-ingest-till", load = "sluice-test-load-till" }
      log_prefixes = { ingest = "/sluice/sluice-test/ingest/till", load = "/sluice/sluice-test/load/till" }
    }
  }
}

run "each_source_has_its_machine" {
  command = apply

  assert {
    condition     = { for source, machine in aws_sfn_state_machine.ingest : source => machine.name } == { shop = "sluice-test-ingest-shop", till = "sluice-test-ingest-till" }
    error_message = "Each source has an ingest machine."
  }

  assert {
    condition     = alltrue([for machine in concat(values(aws_sfn_state_machine.ingest), [aws_sfn_state_machine.load, aws_sfn_state_machine.backfill]) : can(jsondecode(machine.definition)) && !strcontains(machine.definition, "$${")])
    error_message = "Every definition is JSON after substitution, and nothing is left to substitute."
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.ingest["shop"].definition).States["Name the defaults"].Parameters.defaults == { tables = "", crawl = "on-drift", load = "no", runtime = "glue", pauses = [30, 120, 300], poll = 30 }
    error_message = "A source's settings are its machine's defaults."
  }
}

run "every_failure_is_told_and_tried_again" {
  command = apply

  assert {
    condition     = alltrue(flatten([for machine in concat(values(aws_sfn_state_machine.ingest), [aws_sfn_state_machine.load, aws_sfn_state_machine.backfill]) : [for state in values(jsondecode(machine.definition).States) : length(state.Catch) > 0 && length(state.Retry) > 0 if state.Type == "Task"]]))
    error_message = "Every task catches what fails, and tries again what may pass."
  }

  assert {
    condition     = alltrue(flatten([for machine in concat(values(aws_sfn_state_machine.ingest), [aws_sfn_state_machine.load, aws_sfn_state_machine.backfill]) : [for state in values(jsondecode(machine.definition).States) : [for retry in state.Retry : retry.JitterStrategy == "FULL" && retry.MaxDelaySeconds > 0 && !contains(retry.ErrorEquals, "States.ALL")] if state.Type == "Task"]]))
    error_message = "A retry names its errors, waits no longer than said, and by chance."
  }

  assert {
    condition     = alltrue([for machine in concat(values(aws_sfn_state_machine.ingest), [aws_sfn_state_machine.load, aws_sfn_state_machine.backfill]) : jsondecode(machine.definition).States["Tell people"].Parameters.TopicArn == var.topic_arn])
    error_message = "Every machine tells the topic."
  }

  assert {
    condition     = strcontains(jsondecode(aws_sfn_state_machine.ingest["shop"].definition).States["Point to the log of Glue"].Parameters.to, "log-group/$252Fsluice$252Fsluice-test$252Fingest$252Fshop$252Ferror/log-events/")
    error_message = "The message links to the job's log."
  }
}

run "schedules_know_their_time_zone_and_their_dead" {
  command = apply

  assert {
    condition     = aws_scheduler_schedule.this["ingest-shop"].schedule_expression_timezone == "Europe/Copenhagen" && aws_scheduler_schedule.this["ingest-shop"].schedule_expression == "cron(0/15 6-22 * * ? *)"
    error_message = "A schedule is in its source's time zone."
  }

  assert {
    condition     = toset(keys(aws_scheduler_schedule.this)) == toset(["ingest-shop", "load-shop"])
    error_message = "A source without a schedule has none; a load of its own has one."
  }

  assert {
    condition     = alltrue([for schedule in aws_scheduler_schedule.this : schedule.target[0].dead_letter_config[0].arn == aws_sqs_queue.dead_letters.arn])
    error_message = "A start that cannot be delivered is kept."
  }

  assert {
    condition     = aws_sqs_queue.dead_letters.kms_master_key_id == var.kms_key_arn
    error_message = "The dead letter queue is encrypted."
  }
}

run "roles_have_the_least_privilege" {
  command = apply

  assert {
    condition     = alltrue(flatten([for policy in concat(values(aws_iam_role_policy.machine)[*].policy, [aws_iam_role_policy.scheduler.policy]) : [for statement in jsondecode(policy).Statement : [for action in flatten([statement.Action]) : !strcontains(action, "*")]]]))
    error_message = "No role may do an action by wildcard."
  }

  assert {
    # Log delivery and X-Ray: their APIs know no resource.
    condition     = alltrue(flatten([for policy in concat(values(aws_iam_role_policy.machine)[*].policy, [aws_iam_role_policy.scheduler.policy]) : [for statement in jsondecode(policy).Statement : alltrue([for action in flatten([statement.Action]) : can(regex("^(logs|xray):", action))]) if contains(flatten([statement.Resource]), "*")]]))
    error_message = "Only actions without resources of their own are for all resources."
  }

  assert {
    condition     = !strcontains(aws_iam_role_policy.machine["ingest-shop"].policy, "ingest-till")
    error_message = "A source's machine cannot run another's jobs."
  }

  assert {
    condition     = length(aws_iam_role.machine) == 4 && alltrue([for machine, role in aws_iam_role.machine : endswith(jsondecode(role.assume_role_policy).Statement[0].Condition.ArnLike["aws:SourceArn"], aws_cloudwatch_log_group.machine[machine].name == "" ? "" : trimprefix(aws_cloudwatch_log_group.machine[machine].name, "/aws/vendedlogs/states/"))])
    error_message = "Each machine has a role of its own that no other machine can take."
  }

  assert {
    condition     = alltrue([for policy in values(aws_iam_role_policy.machine)[*].policy : !strcontains(policy, "ecs:")])
    error_message = "Without Fargate no machine may run a task."
  }
}

run "logs_are_whole_and_encrypted" {
  command = apply

  assert {
    condition     = alltrue([for machine in concat(values(aws_sfn_state_machine.ingest), [aws_sfn_state_machine.load, aws_sfn_state_machine.backfill]) : machine.logging_configuration[0].level == "ALL"])
    error_message = "Machines log everything."
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.machine : group.kms_key_id == var.kms_key_arn && group.retention_in_days == 90])
    error_message = "Logs are encrypted and kept for so long."
  }
}

run "fargate_is_narrowed_to_its_task" {
  command = apply

  variables {
    fargate = {
      cluster_arn = "arn:aws:ecs:eu-central-1:111122223333:cluster/sluice-test"
      task_definition_arns = {
        ingest = "arn:aws:ecs:eu-central-1:111122223333:task-definition/sluice-test-ingest:7"
        load   = "arn:aws:ecs:eu-central-1:111122223333:task-definition/sluice-test-load:9"
        verify = "arn:aws:ecs:eu-central-1:111122223333:task-definition/sluice-test-verify:5"
      }
      container_name     = "sluice"
      subnet_ids         = ["subnet-1", "subnet-2"]
      security_group_ids = ["sg-1"]
      task_role_arns     = { ingest = "arn:aws:iam::111122223333:role/ingest", load = "arn:aws:iam::111122223333:role/load", verify = "arn:aws:iam::111122223333:role/verify" }
      execution_role_arn = "arn:aws:iam::111122223333:role/start"
      log_group_name     = "/sluice/container"
    }
  }

  assert {
    condition = alltrue([for machine, job in { ingest-shop = "ingest", ingest-till = "ingest", backfill = "ingest", load = "load" } :
      flatten([for statement in jsondecode(aws_iam_role_policy.machine[machine].policy).Statement : statement.Resource if flatten([statement.Action]) == ["ecs:RunTask"]]) == ["arn:aws:ecs:eu-central-1:111122223333:task-definition/sluice-test-${job}:*"]
    ])
    error_message = "A machine may run revisions of its own job's task definition, and of no other."
  }

  assert {
    condition = alltrue([for machine, job in { ingest-shop = "ingest", ingest-till = "ingest", backfill = "ingest", load = "load" } :
      flatten([for statement in jsondecode(aws_iam_role_policy.machine[machine].policy).Statement : statement.Resource if flatten([statement.Action]) == ["iam:PassRole"]]) == ["arn:aws:iam::111122223333:role/${job}", "arn:aws:iam::111122223333:role/start"]
    ])
    error_message = "A machine passes its own job's role, and that which starts it."
  }

  assert {
    condition = jsondecode(aws_sfn_state_machine.ingest["till"].definition).States["Run the ingest on Fargate"].Parameters.TaskDefinition == var.fargate.task_definition_arns["ingest"] && (
      jsondecode(aws_sfn_state_machine.load.definition).States["Run the load on Fargate"].Parameters.TaskDefinition == var.fargate.task_definition_arns["load"]
    ) && strcontains(aws_sfn_state_machine.backfill.definition, "task-definition/sluice-test-ingest:7") && !strcontains(aws_sfn_state_machine.backfill.definition, "task-definition/sluice-test-load")
    error_message = "A machine runs its own job's task."
  }

  assert {
    condition     = strcontains(jsondecode(aws_sfn_state_machine.ingest["till"].definition).States["Run the ingest on Fargate"].Parameters.NetworkConfiguration.AwsvpcConfiguration["Subnets.$"], "subnet-1,subnet-2")
    error_message = "A task runs in the given subnets."
  }
}

run "fargate_without_a_container_is_refused" {
  command = plan

  variables {
    sources = { shop = { runtime = "fargate", jobs = { ingest = "i", load = "l" }, log_prefixes = { ingest = "/i", load = "/l" } } }
  }

  expect_failures = [aws_sfn_state_machine.ingest]
}

run "a_crawl_without_a_crawler_is_refused" {
  command = plan

  variables {
    sources = { shop = { crawl = "always", jobs = { ingest = "i", load = "l" }, log_prefixes = { ingest = "/i", load = "/l" } } }
  }

  expect_failures = [var.sources]
}
