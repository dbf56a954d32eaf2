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
  bucket_arns              = { raw = "arn:aws:s3:::raw" }
  table_arns               = ["arn:aws:dynamodb:eu-central-1:123456789012:table/settings"]
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
    condition     = aws_ecs_task_definition.this.skip_destroy
    error_message = "An earlier revision stays for the run that began with it."
  }
}

run "the_container_can_do_little" {
  assert {
    condition = alltrue([
      for container in jsondecode(aws_ecs_task_definition.this.container_definitions) :
      container.readonlyRootFilesystem && container.user != "0" && container.user != "root"
    ])
    error_message = "It runs as nobody, on a file system it cannot change."
  }

  assert {
    condition     = one(jsondecode(aws_ecs_task_definition.this.container_definitions)).environment[1].value == "--raw s3a://raw --settings-table settings"
    error_message = "Every run gets the environment's arguments."
  }

  assert {
    condition     = !strcontains(aws_ecs_task_definition.this.container_definitions, "secret")
    error_message = "No secret is in the definition."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.kms_key_id == var.kms_key_arn && aws_cloudwatch_log_group.this.retention_in_days == 90
    error_message = "Logs are encrypted, and forgotten in time."
  }
}

run "roles_are_narrow" {
  assert {
    condition     = aws_iam_role.task.permissions_boundary == var.permissions_boundary_arn && aws_iam_role.execution.permissions_boundary == var.permissions_boundary_arn
    error_message = "Both roles are bounded."
  }

  assert {
    condition = alltrue([
      for statement in concat(data.aws_iam_policy_document.task.statement, data.aws_iam_policy_document.execution.statement) :
      !contains(statement.resources, "*") || toset(statement.actions) == toset(["ecr:GetAuthorizationToken"]) || toset(statement.actions) == toset(["cloudwatch:PutMetricData"])
    ])
    error_message = "The only unnamed resources are those of actions that know none."
  }

  assert {
    condition     = alltrue([for statement in concat(data.aws_iam_policy_document.task.statement, data.aws_iam_policy_document.execution.statement) : alltrue([for action in statement.actions : !strcontains(action, "*")])])
    error_message = "Actions are named one by one."
  }

  assert {
    condition     = one([for statement in data.aws_iam_policy_document.task.statement : one(statement.condition).values if statement.sid == "Metrics"]) == tolist(["Sluice"])
    error_message = "Metrics go to the namespace Sluice only."
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
