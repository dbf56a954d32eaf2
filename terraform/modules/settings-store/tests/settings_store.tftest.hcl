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
  items_folder = "./tests/items"
}

run "tables_are_those_that_the_jobs_expect" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this["settings"].hash_key == "source" && aws_dynamodb_table.this["settings"].range_key == "table"
    error_message = "Settings are kept by source and table."
  }

  assert {
    condition     = aws_dynamodb_table.this["bookmarks"].hash_key == "table" && aws_dynamodb_table.this["bookmarks"].range_key == "entry"
    error_message = "Bookmarks are kept by table and entry."
  }

  assert {
    condition     = aws_dynamodb_table.this["runs"].hash_key == "run" && aws_dynamodb_table.this["runs"].range_key == "entry"
    error_message = "Runs are kept by run and entry."
  }

  assert {
    condition     = aws_dynamodb_table.this["runs"].ttl[0].enabled && aws_dynamodb_table.this["runs"].ttl[0].attribute_name == "expires-at"
    error_message = "Runs expire by expires-at."
  }

  assert {
    condition     = alltrue([for key in ["settings", "bookmarks"] : !anytrue([for ttl in aws_dynamodb_table.this[key].ttl : ttl.enabled])])
    error_message = "Settings and bookmarks never expire."
  }
}

run "tables_can_be_restored_and_not_be_lost" {
  command = plan

  assert {
    condition     = alltrue([for table in aws_dynamodb_table.this : table.point_in_time_recovery[0].enabled && table.point_in_time_recovery[0].recovery_period_in_days == 35])
    error_message = "Every table can be restored to any second of 35 days."
  }

  assert {
    condition     = alltrue([for table in aws_dynamodb_table.this : table.deletion_protection_enabled])
    error_message = "Tables refuse to be deleted unless told otherwise."
  }

  assert {
    condition     = alltrue([for table in aws_dynamodb_table.this : table.server_side_encryption[0].enabled && table.server_side_encryption[0].kms_key_arn == var.kms_key_arn])
    error_message = "Every table is encrypted with the environment's key."
  }
}

run "an_item_of_a_file_is_kept_as_native_attributes" {
  command = plan

  assert {
    condition     = length(aws_dynamodb_table_item.settings) == 3
    error_message = "Each file is one item."
  }

  assert {
    condition     = jsondecode(aws_dynamodb_table_item.settings["shop/*"].item).table.S == "*" && jsondecode(aws_dynamodb_table_item.settings["shop/*"].item).version.N == "1"
    error_message = "A source item's range key is *, and a number is a number."
  }

  assert {
    condition     = jsondecode(aws_dynamodb_table_item.settings["shop/orders"].item).schema.M.columns.L[0].M.source.S == "o_id"
    error_message = "A column is a map in a list in a map."
  }

  assert {
    condition     = jsondecode(aws_dynamodb_table_item.settings["shop/orders"].item).schema.M.columns.L[1].M.nullable.BOOL == false
    error_message = "A boolean is a boolean."
  }

  assert {
    condition     = jsondecode(aws_dynamodb_table_item.settings["shop/orders"].item).extract.M.filter.S == "status <> 'draft'"
    error_message = "A text keeps its every character."
  }

  assert {
    condition     = jsondecode(aws_dynamodb_table_item.settings["shop/orders"].item).extract.M.bookmark.M.columns.L[0].S == "updated_at"
    error_message = "A list of texts is one."
  }

  assert {
    condition     = output.registered["shop/orders"].lake == 60 && output.registered["shop/orders"].database == 30 && output.registered["shop/customers"].lake == 1440
    error_message = "A table's freshness is told in minutes."
  }
}
