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

  mock_resource "aws_redshiftserverless_workgroup" {
    defaults = { arn = "arn:aws:redshift-serverless:eu-central-1:123456789012:workgroup/mock" }
  }
}

variables {
  name                     = "sluice-dev"
  environment              = "dev"
  kms_key_arn              = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"
  permissions_boundary_arn = "arn:aws:iam::123456789012:policy/sluice-dev-boundary"
  subnet_ids               = ["subnet-1", "subnet-2", "subnet-3"]
  security_group_ids       = ["sg-1"]
  curated_bucket_arn       = "arn:aws:s3:::curated"
  catalog_database         = "curated"
}

run "the_warehouse_is_private_and_encrypted" {
  assert {
    condition     = !aws_redshiftserverless_workgroup.this.publicly_accessible && aws_redshiftserverless_workgroup.this.enhanced_vpc_routing
    error_message = "It has no public address, and its traffic stays in the VPC."
  }

  assert {
    condition     = aws_redshiftserverless_namespace.this.kms_key_id == var.kms_key_arn
    error_message = "It is encrypted with the environment's key."
  }

  assert {
    condition     = one([for parameter in aws_redshiftserverless_workgroup.this.config_parameter : parameter.parameter_value if parameter.parameter_key == "require_ssl"]) == "true"
    error_message = "It talks TLS only."
  }

  assert {
    condition     = aws_redshiftserverless_namespace.this.manage_admin_password && aws_redshiftserverless_namespace.this.admin_user_password == null
    error_message = "Redshift makes the password."
  }
}

run "it_reads_curated_and_writes_nothing" {
  assert {
    condition     = aws_iam_role.this.permissions_boundary == var.permissions_boundary_arn
    error_message = "Its role is bounded."
  }

  assert {
    condition = alltrue(flatten([
      for statement in data.aws_iam_policy_document.read_curated.statement : concat(
        [for resource in statement.resources : resource != "*"],
        [for action in statement.actions : can(regex(":(Get|List|BatchGet|Decrypt)", action))],
      )
    ]))
    error_message = "Named resources, read."
  }

  assert {
    condition     = aws_redshiftdata_statement.external_schema.sql == "CREATE EXTERNAL SCHEMA IF NOT EXISTS curated FROM DATA CATALOG DATABASE 'curated' IAM_ROLE 'arn:aws:iam::123456789012:role/mock'"
    error_message = "The external schema lies over the catalog."
  }
}

run "it_costs_what_was_agreed" {
  assert {
    condition     = aws_redshiftserverless_usage_limit.this.breach_action == "deactivate" && aws_redshiftserverless_usage_limit.this.amount == 200
    error_message = "It stops at its limit."
  }

  assert {
    condition     = aws_redshiftserverless_workgroup.this.max_capacity == 16
    error_message = "It grows to its limit."
  }
}

run "a_schema_is_an_identifier" {
  command = plan

  variables {
    external_schema = "x; DROP SCHEMA y"
  }

  expect_failures = [var.external_schema]
}
