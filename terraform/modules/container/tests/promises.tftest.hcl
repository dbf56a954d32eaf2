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

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }

  mock_resource "aws_ecr_repository" {
    defaults = { arn = "arn:aws:ecr:eu-central-1:123456789012:repository/mock", repository_url = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/mock" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-central-1:123456789012:log-group:mock" }
  }
}

variables {
  name                     = "sluice-dev"
  environment              = "dev"
  kms_key_arn              = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"
  permissions_boundary_arn = "arn:aws:iam::123456789012:policy/sluice-dev-boundary"
  subnet_ids               = ["subnet-1"]
  security_group_ids       = ["sg-1"]
  image_tag                = "3b1f"
  arguments                = { settings-table = "settings", raw = "s3a://raw" }
  bucket_arns              = { raw = "arn:aws:s3:::raw", curated = "arn:aws:s3:::curated", quarantine = "arn:aws:s3:::quarantine" }
  table_arns               = { settings = "arn:aws:dynamodb:eu-central-1:123456789012:table/settings", bookmarks = "arn:aws:dynamodb:eu-central-1:123456789012:table/bookmarks", runs = "arn:aws:dynamodb:eu-central-1:123456789012:table/runs" }
  secret_arns              = ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop"]
  connection_names         = ["shop"]
  database_names           = ["curated"]
}

run "images_do_not_change" {
  assert {
    condition     = aws_ecr_repository.this.image_tag_mutability == "IMMUTABLE" && one(aws_ecr_repository.this.image_scanning_configuration).scan_on_push
    error_message = "A tag stays what it was, and every image is scanned."
  }

  assert {
    condition     = one(aws_ecr_repository.this.encryption_configuration).kms_key == var.kms_key_arn && !aws_ecr_repository.this.force_delete
    error_message = "Images are encrypted, and not deleted with the repository."
  }

  assert {
    condition     = alltrue([for definition in aws_ecs_task_definition.this : definition.skip_destroy])
    error_message = "An earlier revision stays for the run that began with it."
  }
}

run "the_container_can_do_little" {
  assert {
    condition = alltrue(flatten([for definition in aws_ecs_task_definition.this : [
      for container in jsondecode(definition.container_definitions) :
      container.readonlyRootFilesystem && container.user != "0" && container.user != "root"
    ]]))
    error_message = "It runs as nobody, on a file system it cannot change."
  }

  assert {
    condition     = alltrue([for definition in aws_ecs_task_definition.this : one(jsondecode(definition.container_definitions)).environment[1].value == "--raw s3a://raw --settings-table settings"])
    error_message = "Every run gets the environment's arguments."
  }

  assert {
    condition     = alltrue([for definition in aws_ecs_task_definition.this : !strcontains(definition.container_definitions, "secret")])
    error_message = "No secret is in the definition."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.kms_key_id == var.kms_key_arn && aws_cloudwatch_log_group.this.retention_in_days == 90
    error_message = "Logs are encrypted, and forgotten in time."
  }
}

run "roles_are_narrow" {
  assert {
    condition     = length(aws_iam_role.task) == 3 && alltrue([for role in concat(values(aws_iam_role.task), [aws_iam_role.execution]) : role.permissions_boundary == var.permissions_boundary_arn])
    error_message = "Every role is bounded."
  }

  assert {
    condition     = { for job, definition in aws_ecs_task_definition.this : job => one(jsondecode(definition.container_definitions)).command } == { ingest = ["ingest"], load = ["load"], verify = ["verify"] } && length(distinct([for role in aws_iam_role.task : role.name])) == 3 && length(distinct([for definition in aws_ecs_task_definition.this : definition.family])) == 3
    error_message = "Each job has a task of its own, and a role."
  }

  assert {
    condition = alltrue([
      for statement in concat(flatten(values(data.aws_iam_policy_document.task)[*].statement), data.aws_iam_policy_document.execution.statement) :
      !contains(statement.resources, "*") || toset(statement.actions) == toset(["ecr:GetAuthorizationToken"]) || toset(statement.actions) == toset(["cloudwatch:PutMetricData"])
    ])
    error_message = "The only unnamed resources are those of actions that know none."
  }

  assert {
    condition     = alltrue([for statement in concat(flatten(values(data.aws_iam_policy_document.task)[*].statement), data.aws_iam_policy_document.execution.statement) : alltrue([for action in statement.actions : !strcontains(action, "*")])])
    error_message = "Actions are named one by one."
  }

  assert {
    condition     = alltrue([for document in data.aws_iam_policy_document.task : one([for statement in document.statement : one(statement.condition).values if statement.sid == "Metrics"]) == tolist(["Sluice"])])
    error_message = "Metrics go to the namespace Sluice only."
  }

  assert {
    condition     = { for job, document in data.aws_iam_policy_document.task : job => sort(flatten([for statement in document.statement : statement.resources if contains(statement.actions, "s3:PutObject")])) } == { ingest = sort(["arn:aws:s3:::curated/*", "arn:aws:s3:::quarantine/*", "arn:aws:s3:::raw/*"]), load = sort([]), verify = sort([]) }
    error_message = "The ingest alone writes to zones."
  }

  assert {
    condition     = sort(flatten([for statement in data.aws_iam_policy_document.task["load"].statement : statement.resources if contains(statement.actions, "s3:GetObject")])) == tolist(["arn:aws:s3:::curated/*"])
    error_message = "The load reads curated alone."
  }

  assert {
    condition     = !anytrue([for statement in data.aws_iam_policy_document.task["verify"].statement : anytrue([for action in statement.actions : can(regex("(Put|Update|Delete|Create)", action))]) && !contains(["Metrics", "Runs"], statement.sid)])
    error_message = "The verification changes nothing; it says how it ended."
  }

  assert {
    condition     = keys({ for job, document in data.aws_iam_policy_document.task : job => document if anytrue([for statement in document.statement : contains(statement.actions, "glue:CreateTable")]) }) == ["ingest"]
    error_message = "The ingest alone registers tables."
  }

  assert {
    condition     = keys({ for job, document in data.aws_iam_policy_document.task : job => document if anytrue([for statement in document.statement : contains(statement.actions, "glue:DeleteTable")]) }) == ["ingest"]
    error_message = "The ingest alone takes views out of the catalog."
  }
}

run "no_moving_tag" {
  command = plan

  variables {
    image_tag = "latest"
  }

  expect_failures = [var.image_tag]
}

run "arguments_do_not_fall_apart" {
  command = plan

  variables {
    arguments = { raw = "s3a://raw --class Other" }
  }

  expect_failures = [var.arguments]
}
