# Holds for each environment:
#   terraform test -var-file=environments/dev.tfvars     (likewise staging, prod)
# How the modules keep what is asked of them here is in their own tests.

mock_provider "aws" {
  override_during = plan

  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
  }
  mock_data "aws_region" {
    defaults = { name = "eu-central-1" }
  }
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-central-1a", "eu-central-1b", "eu-central-1c"] }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
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
  mock_resource "aws_db_instance" {
    defaults = {
      arn                = "arn:aws:rds:eu-central-1:111122223333:db:a-database"
      master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:a-secret" }]
    }
  }
  mock_resource "aws_backup_vault" {
    defaults = { arn = "arn:aws:backup:eu-central-1:111122223333:backup-vault:a-vault" }
  }
}

variables {
  jar_key = "jars/0000000000000000000000000000000000000000000000000000000000000000/sluice-glue-jobs.jar"
}

run "loads_that_stop_are_an_alarm" {
  command = plan

  variables {
    items_folder = null
    warehouse    = null
    sources = {
      each_run = { silence_minutes = 60, continuous = {} }
      by_night = { load = false, load_schedule = "cron(0 3 * * ? *)", continuous = { every_seconds = 5, minutes = 30 } }
      both     = { load_schedule = "cron(0 3 * * ? *)", load_silence_minutes = 90 }
      by_hand  = { schedule = "" }
      paused   = { enabled = false }
      none     = { load = false }
    }
  }

  assert {
    condition = module.observability.silences == {
      "each_run" = 60, "each_run/load" = 60, "by_night" = 45, "by_night/load" = 1560, "both" = 45, "both/load" = 90, "none" = 45
    }
    error_message = "Loads are watched like runs: as often as runs where these load, over a day where a schedule of their own does, never where nothing starts them."
  }

  assert {
    condition = jsonencode({ for source in ["each_run", "by_night", "both"] : source => module.jobs[source].continuous }) == jsonencode({
      each_run = { "--every" = "PT30S", "--during" = "PT55M", "--load" = "yes" }
      by_night = { "--every" = "PT5S", "--during" = "PT30M", "--load" = "no" }
      both     = {}
    })
    error_message = "A continuous ingest goes on as its source says, and loads where its runs do."
  }
}

run "fargate_runs_what_glue_runs" {
  command = plan

  # Said here, so that it holds whatever an environment's file says.
  variables {
    items_folder = null
    warehouse    = null
    network      = {}
    container    = { image_tag = "0123456789abcdef" }
    sources      = { shop = { runtime = "fargate" }, till = {} }
  }

  assert {
    condition     = alltrue([for jobs in module.jobs : tomap(jobs.arguments) == module.container[0].arguments]) && module.container[0].arguments["catalog-prefix"] == "${replace(var.project, "-", "_")}_${var.environment}_"
    error_message = "A task gets the same arguments as a Glue job: another catalog prefix would be another lake."
  }

  assert {
    condition     = length(setintersection(["ecr.api", "ecr.dkr"], module.network[0].interface_endpoints)) == 2
    error_message = "A task in a private subnet reaches the registry of its image."
  }
}

# Whatever a team sets, and whatever it leaves out: this is about what becomes of it.
run "jobs_enter_the_networks_of_their_connections" {
  command = plan

  variables {
    items_folder = null
    warehouse    = null
    network      = { vpc_id = "vpc-1", subnet_ids = ["subnet-2", "subnet-3"], route_table_ids = ["rtb-1"] }
    database     = { connection = "target" }

    glue_connections = {
      shop = { jdbc_url = "jdbc:postgresql://shop:5432/shop", secret = "shop-reader", subnet_id = "subnet-1", security_group_ids = ["sg-1"] }
      till = { jdbc_url = "jdbc:postgresql://till:5432/till", secret = "till-reader", subnet_id = "subnet-1", security_group_ids = ["sg-2"] }
    }

    sources = {
      both      = { connections = ["shop", "till"] }
      loaded    = { connections = ["shop", "target"] }
      elsewhere = { connections = ["shop", "made-by-hand"] }
    }
  }

  assert {
    condition     = module.jobs["both"].placement.subnet_ids == tolist(["subnet-1"]) && module.jobs["both"].placement.security_group_ids == tolist(["sg-1", "sg-2"])
    error_message = "Connections that are made here say where they are."
  }

  assert {
    condition     = module.jobs["loaded"].placement.subnet_ids == tolist(["subnet-1", "subnet-2"])
    error_message = "The database's own connection is in the network's first subnet."
  }

  assert {
    condition     = module.jobs["elsewhere"].placement == null
    error_message = "A connection that is made elsewhere may be in any network."
  }
}

run "what_is_set_reaches_what_is_made" {
  command = plan

  assert {
    condition     = module.settings_store.protection == { deletion_protection = var.deletion_protection, recovery_days = var.recovery_days }
    error_message = "The tables are protected, and can be restored, as the environment says."
  }

  assert {
    condition = alltrue([for database in module.database : database.protection == null || database.protection == {
      deletion_protection = var.deletion_protection, multi_az = var.database.multi_az, backup_retention_days = var.database.backup_retention_days
    }])
    error_message = "The database is protected, doubled and backed up as the environment says."
  }

  assert {
    condition     = module.zones.force_destroy == var.force_destroy && !(var.environment == "prod" && module.zones.force_destroy)
    error_message = "Destroying the environment deletes the lake's data where the environment says so alone, and never production's."
  }

  assert {
    condition     = toset(keys(output.ingest_machines)) == toset(keys(var.sources)) && toset(keys(output.jobs)) == toset(keys(var.sources))
    error_message = "Every source has a machine and jobs."
  }

  assert {
    condition = alltrue([for source, settings in var.sources :
      contains(output.alarms, "${output.name}-silence-${source}") == (settings.enabled && settings.schedule != "" && settings.silence_minutes != null) && contains(output.alarms, "${output.name}-failed-${source}")
    ])
    error_message = "Every source that runs by itself has an alarm on its silence, and every source one on its failures."
  }

  assert {
    condition = alltrue([for source, settings in var.sources :
      contains(output.alarms, "${output.name}-load-silence-${source}") if settings.enabled && settings.load && settings.schedule != "" && settings.silence_minutes != null
    ])
    error_message = "Every source whose runs load has an alarm on the silence of its loads."
  }

  assert {
    condition     = var.container != null || alltrue([for network in module.network : network.interface_endpoints == var.network.interface_endpoints])
    error_message = "Without a container nobody pays for endpoints but those asked for."
  }
}
