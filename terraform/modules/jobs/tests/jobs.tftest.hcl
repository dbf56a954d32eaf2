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
  name         = "sluice-test"
  environment  = "test"
  kms_key_arn  = "arn:aws:kms:eu-central-1:111122223333:key/a-key"
  source_name  = "shop"
  jar_uri      = "s3://scripts/jars/0123/sluice-glue-jobs.jar"
  script_uri   = "s3://scripts/scripts/Placeholder.scala"
  bucket_names = { raw = "raw", curated = "curated", quarantine = "quarantine", scripts = "scripts", results = "results" }
  bucket_arns  = { raw = "arn:aws:s3:::raw", curated = "arn:aws:s3:::curated", quarantine = "arn:aws:s3:::quarantine", scripts = "arn:aws:s3:::scripts", results = "arn:aws:s3:::results" }
  table_names  = { settings = "settings", bookmarks = "bookmarks", runs = "runs" }
  table_arns   = { settings = "arn:aws:dynamodb:eu-central-1:111122223333:table/settings", bookmarks = "arn:aws:dynamodb:eu-central-1:111122223333:table/bookmarks", runs = "arn:aws:dynamodb:eu-central-1:111122223333:table/runs" }
  connections  = ["dataengineering-db"]
  placement    = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
  secret_arns  = ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:shop-reader-??????"]
  crawlers     = { raw = true }
  topic_arn    = "arn:aws:sns:eu-central-1:111122223333:sluice-test"
}

run "jobs_run_the_jar_as_the_state_machine_expects" {
  command = apply

  assert {
    condition     = { for key, job in aws_glue_job.this : key => job.default_arguments["--class"] } == { ingest = "dev.sluice.aws.IngestJob", load = "dev.sluice.aws.LoadJob", verify = "dev.sluice.aws.VerifyJob", export = "dev.sluice.aws.ExportJob", maintain = "dev.sluice.aws.MaintainJob", reconcile = "dev.sluice.aws.ReconcileJob" }
    error_message = "Each job has its main class."
  }

  assert {
    condition     = alltrue([for job in aws_glue_job.this : job.glue_version == "5.1" && job.default_arguments["--extra-jars"] == var.jar_uri && job.default_arguments["--datalake-formats"] == "delta"])
    error_message = "Jobs run the given jar on Glue 5.1 with Delta."
  }

  assert {
    condition     = aws_glue_catalog_database.this.name == "sluice_test_shop" && alltrue([for job in aws_glue_job.this : job.default_arguments["--catalog-prefix"] == "sluice_test_"])
    error_message = "The catalog's databases carry the environment's name, and the jobs know it."
  }

  assert {
    condition     = alltrue([for job in aws_glue_job.this : job.max_retries == 0 && job.execution_property[0].max_concurrent_runs == 1 && job.job_run_queuing_enabled && job.execution_class == "STANDARD" && job.timeout == 120])
    error_message = "Jobs run one at a time, wait in a queue, end in time, and leave trying again to the state machine."
  }

  assert {
    condition     = alltrue([for job in aws_glue_job.this : job.default_arguments["--job-bookmark-option"] == "job-bookmark-enable" && job.default_arguments["--enable-auto-scaling"] == "true"])
    error_message = "Bookmarks are on, and jobs scale."
  }

  assert {
    condition     = alltrue([for job in aws_glue_job.this : strcontains(job.default_arguments["--conf"], "spark.delta.logStore.s3.impl=dev.sluice.aws.s3.ConditionalPutLogStore") && strcontains(job.default_arguments["--conf"], "spark.delta.logStore.s3a.impl=dev.sluice.aws.s3.ConditionalPutLogStore")])
    error_message = "Delta commits by conditional put."
  }

  assert {
    condition     = alltrue([for job in aws_glue_job.this : alltrue([for name in ["--settings-table", "--bookmarks-table", "--runs-table", "--raw", "--curated", "--quarantine", "--environment"] : contains(keys(job.default_arguments), name)])]) && { for key, job in aws_glue_job.this : key => job.default_arguments["--topic-arn"] if contains(keys(job.default_arguments), "--topic-arn") } == { maintain = var.topic_arn, reconcile = var.topic_arn }
    error_message = "Jobs know their lake, and leave notifying to the state machine where one starts them."
  }

  assert {
    condition     = alltrue([for job in aws_glue_job.this : alltrue([for name, value in output.arguments : job.default_arguments["--${name}"] == value])]) && contains(keys(output.arguments), "catalog-prefix")
    error_message = "What says where the lake is is handed on as the jobs get it, so that other runtimes get the same."
  }
}

run "what_jobs_keep_is_encrypted" {
  command = apply

  assert {
    condition     = aws_glue_security_configuration.this.encryption_configuration[0].s3_encryption[0].s3_encryption_mode == "SSE-KMS" && aws_glue_security_configuration.this.encryption_configuration[0].job_bookmarks_encryption[0].job_bookmarks_encryption_mode == "CSE-KMS"
    error_message = "Jobs write to S3 and keep bookmarks encrypted."
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.job : group.kms_key_id == var.kms_key_arn && group.retention_in_days == 90]) && length(aws_cloudwatch_log_group.job) == 12
    error_message = "Every log is encrypted and kept for so long."
  }

  assert {
    condition     = alltrue([for job in aws_glue_job.this : job.security_configuration == aws_glue_security_configuration.this.name])
    error_message = "Every job uses the security configuration."
  }
}

run "roles_have_the_least_privilege" {
  command = apply

  assert {
    condition     = keys({ for job, role in aws_iam_role_policy.job : job => role if anytrue([for statement in jsondecode(role.policy).Statement : contains(flatten([statement.Action]), "glue:DeleteTable")]) }) == ["ingest"]
    error_message = "The ingest, which publishes views, alone takes them out of the catalog."
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_iam_role_policy.job["ingest"].policy).Statement : alltrue([for resource in flatten([statement.Resource]) : can(regex(":(catalog|database/[a-z0-9_]+|table/[a-z0-9_]+/\\*)$", resource))]) if contains(flatten([statement.Action]), "glue:DeleteTable")])
    error_message = "It does so in its own database alone."
  }

  assert {
    condition     = alltrue(flatten([for policy in concat(values(aws_iam_role_policy.job)[*].policy, aws_iam_role_policy.crawler[*].policy) : [for statement in jsondecode(policy).Statement : [for action in flatten([statement.Action]) : !strcontains(action, "*")]]]))
    error_message = "No role may do an action by wildcard."
  }

  assert {
    # Metrics, security configurations and descriptions of networks: their APIs know no resource.
    condition     = alltrue(flatten([for policy in concat(values(aws_iam_role_policy.job)[*].policy, aws_iam_role_policy.crawler[*].policy) : [for statement in jsondecode(policy).Statement : alltrue([for action in flatten([statement.Action]) : can(regex("^(cloudwatch:PutMetricData|glue:GetSecurityConfiguration|ec2:Describe.*)$", action))]) if contains(flatten([statement.Resource]), "*")]]))
    error_message = "Only actions without resources of their own are for all resources."
  }

  assert {
    condition = toset(flatten([for policy in values(aws_iam_role_policy.job)[*].policy : [for statement in jsondecode(policy).Statement : statement.Resource if statement.Action == ["ec2:CreateNetworkInterface"]]])) == toset([
      "arn:aws:ec2:eu-central-1:111122223333:network-interface/*", "arn:aws:ec2:eu-central-1:111122223333:subnet/subnet-1", "arn:aws:ec2:eu-central-1:111122223333:security-group/sg-1"
    ])
    error_message = "Jobs enter the network of their connections, and no other."
  }

  assert {
    condition     = !anytrue(flatten([for statement in jsondecode(aws_iam_role_policy.job["load"].policy).Statement : [for resource in flatten([statement.Resource]) : startswith(resource, "arn:aws:s3:::curated") && contains(flatten([statement.Action]), "s3:PutObject")]]))
    error_message = "The load cannot write to curated."
  }

  assert {
    condition     = !anytrue(flatten([for statement in jsondecode(aws_iam_role_policy.job["verify"].policy).Statement : [for resource in flatten([statement.Resource]) : (endswith(resource, "table/bookmarks") && contains(flatten([statement.Action]), "dynamodb:PutItem")) || (can(regex("^arn:aws:s3:::(raw|curated|quarantine)", resource)) && contains(flatten([statement.Action]), "s3:PutObject"))]]))
    error_message = "The verification changes nothing."
  }

  assert {
    condition = alltrue(flatten([for statement in jsondecode(aws_iam_role_policy.job["export"].policy).Statement : [for resource in flatten([statement.Resource]) :
      startswith(resource, "arn:aws:s3:::results/exports/shop/") || startswith(resource, "arn:aws:s3:::scripts/temporary/shop/")
    ] if contains(flatten([statement.Action]), "s3:PutObject")]))
    error_message = "An export writes to its own prefix alone."
  }

  assert {
    condition     = { for key, job in aws_glue_job.this : key => try(job.default_arguments["--output"], null) } == { ingest = null, load = null, verify = null, maintain = null, reconcile = null, export = "s3a://results/exports/shop" }
    error_message = "Only an export has a place for exports."
  }

  assert {
    condition     = alltrue([for role in aws_iam_role.job : jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "111122223333"])
    error_message = "Glue takes the roles for this account alone."
  }

  assert {
    condition     = length(distinct([for job in aws_glue_job.this : job.name])) == 6 && length(distinct([for role in aws_iam_role.job : role.name])) == 6
    error_message = "Each job has a role of its own."
  }
}

run "connections_made_elsewhere_are_not_looked_into" {
  command = apply

  variables {
    placement = null
  }

  assert {
    condition     = contains(flatten([for statement in jsondecode(aws_iam_role_policy.job["ingest"].policy).Statement : statement.Resource if statement.Action == ["ec2:CreateNetworkInterface"]]), "arn:aws:ec2:eu-central-1:111122223333:subnet/*")
    error_message = "Where nobody says in which subnets the connections are, a job may enter any."
  }
}

run "maintenance_is_scheduled_and_tells_of_its_failures" {
  command = apply

  assert {
    condition     = aws_glue_trigger.maintenance[0].schedule == "cron(30 2 * * ? *)" && aws_glue_trigger.maintenance[0].actions[0].job_name == aws_glue_job.this["maintain"].name && aws_glue_job.this["maintain"].default_arguments["--source"] == "shop"
    error_message = "Every night the source's tables are maintained."
  }

  assert {
    condition     = anytrue([for statement in jsondecode(aws_iam_role_policy.job["maintain"].policy).Statement : contains(flatten([statement.Action]), "sns:Publish") && flatten([statement.Resource]) == [var.topic_arn]])
    error_message = "Maintenance may publish to its topic alone."
  }
}

run "a_driver_comes_with_the_jobs" {
  command = apply

  variables {
    extra_jars = ["s3://scripts/drivers/mssql-jdbc.jar"]
  }

  assert {
    condition     = alltrue([for job in aws_glue_job.this : job.default_arguments["--extra-jars"] == "s3://scripts/jars/0123/sluice-glue-jobs.jar,s3://scripts/drivers/mssql-jdbc.jar"])
    error_message = "What Sluice's jar does not hold stands beside it."
  }
}

run "reconciliation_is_scheduled_and_tells_of_what_it_refuses" {
  command = apply

  assert {
    condition     = aws_glue_trigger.reconciliation[0].schedule == "cron(30 3 * * ? *)" && aws_glue_trigger.reconciliation[0].actions[0].job_name == aws_glue_job.this["reconcile"].name && aws_glue_job.this["reconcile"].default_arguments["--source"] == "shop"
    error_message = "Every night the tables that are due are compared with the source's keys."
  }

  assert {
    condition     = anytrue([for statement in jsondecode(aws_iam_role_policy.job["reconcile"].policy).Statement : contains(flatten([statement.Action]), "sns:Publish") && flatten([statement.Resource]) == [var.topic_arn]])
    error_message = "A reconciliation may publish to its topic alone."
  }
}

run "a_continuous_ingest_knows_its_cadence_and_loads" {
  command = plan

  variables {
    continuous = { every_seconds = 30, minutes = 55, load = true }
  }

  assert {
    condition     = { for name in ["--every", "--during", "--load"] : name => aws_glue_job.this["ingest"].default_arguments[name] } == { "--every" = "PT30S", "--during" = "PT55M", "--load" = "yes" }
    error_message = "The ingest is told how often, for how long, and to load."
  }

  assert {
    condition     = alltrue([for key, job in aws_glue_job.this : key == "ingest" || !contains(keys(job.default_arguments), "--every")])
    error_message = "No other job runs again and again."
  }
}

run "a_continuous_ingest_that_glue_would_stop_is_refused" {
  command = plan

  variables {
    continuous = { every_seconds = 30, minutes = 120, load = false }
  }

  expect_failures = [var.continuous]
}

run "maintenance_without_a_schedule_is_started_by_hand" {
  command = plan

  variables {
    maintenance_schedule = null
    reconcile_schedule   = null
  }

  assert {
    condition     = length(aws_glue_trigger.maintenance) == 0 && length(aws_glue_trigger.reconciliation) == 0
    error_message = "The schedule is optional."
  }
}

run "without_crawlers_there_are_none" {
  command = plan

  variables {
    crawlers = {}
  }

  assert {
    condition     = length(aws_glue_crawler.this) == 0 && length(aws_iam_role.crawler) == 0
    error_message = "Crawlers are optional."
  }
}

run "files_are_read_where_they_land_and_by_no_load" {
  command = apply

  variables {
    landing = ["s3://partner-landing/exports"]
  }

  assert {
    condition = alltrue([for job in ["ingest", "verify"] : anytrue([
      for statement in jsondecode(aws_iam_role_policy.job[job].policy).Statement :
      statement.Action == ["s3:GetObject"] && statement.Resource == ["arn:aws:s3:::partner-landing/exports/*"]
    ])])
    error_message = "Ingestion and verification read below the landing place."
  }

  assert {
    condition = alltrue([for job, policy in aws_iam_role_policy.job : alltrue([
      for statement in jsondecode(policy.policy).Statement :
      contains(["ingest", "verify"], job) && !anytrue([for action in statement.Action : contains(["s3:PutObject", "s3:DeleteObject"], action)])
      if anytrue([for resource in statement.Resource : strcontains(resource, "partner-landing")])
    ])])
    error_message = "Nothing else reaches the landing place, and nothing writes there."
  }
}

run "a_landing_place_by_wildcard_is_refused" {
  command = plan

  variables {
    landing = ["s3://partner-*"]
  }

  expect_failures = [var.landing]
}

run "a_secret_by_wildcard_is_refused" {
  command = plan

  variables {
    secret_arns = ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:*"]
  }

  expect_failures = [var.secret_arns]
}

run "an_argument_that_glue_keeps_is_refused" {
  command = plan

  variables {
    extra_arguments = { "--JOB_NAME" = "mine" }
  }

  expect_failures = [var.extra_arguments]
}
