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

  mock_resource "aws_kinesis_stream" {
    defaults = { arn = "arn:aws:kinesis:eu-central-1:123456789012:stream/mock" }
  }

  mock_resource "aws_msk_serverless_cluster" {
    defaults = { arn = "arn:aws:kafka:eu-central-1:123456789012:cluster/mock/1" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-central-1:123456789012:log-group:mock" }
  }

  mock_data "aws_msk_bootstrap_brokers" {
    defaults = { bootstrap_brokers_sasl_iam = "boot.example:9098" }
  }
}

variables {
  name                     = "sluice-dev"
  environment              = "dev"
  kms_key_arn              = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"
  permissions_boundary_arn = "arn:aws:iam::123456789012:policy/sluice-dev-boundary"
  topic_arn                = "arn:aws:sns:eu-central-1:123456789012:alarms"
}

run "nothing_unless_asked_for" {
  assert {
    condition     = length(aws_kinesis_stream.this) == 0 && length(aws_kinesis_firehose_delivery_stream.this) == 0 && length(aws_msk_serverless_cluster.this) == 0 && length(aws_glue_connection.kafka) == 0
    error_message = "By default there is nothing to pay for."
  }
}

run "records_are_encrypted_on_their_way" {
  variables {
    stream = { bucket_arn = "arn:aws:s3:::raw" }
  }

  assert {
    condition     = aws_kinesis_stream.this[0].encryption_type == "KMS" && aws_kinesis_stream.this[0].kms_key_id == var.kms_key_arn
    error_message = "The stream is encrypted."
  }

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.this[0].extended_s3_configuration[0].kms_key_arn == var.kms_key_arn && aws_kinesis_firehose_delivery_stream.this[0].extended_s3_configuration[0].cloudwatch_logging_options[0].enabled
    error_message = "Files are encrypted, and errors are logged."
  }

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.this[0].extended_s3_configuration[0].processing_configuration[0].processors[0].type == "AppendDelimiterToRecord"
    error_message = "One record a line."
  }

  assert {
    condition     = !startswith(aws_kinesis_firehose_delivery_stream.this[0].extended_s3_configuration[0].error_output_prefix, "landing/stream/")
    error_message = "What failed does not lie where the file source reads."
  }

  assert {
    condition     = aws_iam_role.this[0].permissions_boundary == var.permissions_boundary_arn && toset(data.aws_iam_policy_document.deliver[0].statement[1].resources) == toset(["arn:aws:s3:::raw/landing/stream/*", "arn:aws:s3:::raw/landing/stream-failed/*"])
    error_message = "Firehose writes below its prefixes only."
  }

  assert {
    condition     = alltrue([for statement in data.aws_iam_policy_document.deliver[0].statement : !contains(statement.resources, "*")])
    error_message = "Every resource is named."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.freshness[0].threshold == 1800 && contains(aws_cloudwatch_metric_alarm.freshness[0].alarm_actions, var.topic_arn) && contains(aws_cloudwatch_metric_alarm.throttled[0].alarm_actions, var.topic_arn)
    error_message = "Half an hour's delay, and refused records, are told."
  }
}

run "an_existing_kafka_is_reached_by_tls" {
  variables {
    kafka = { bootstrap_servers = "b-1.example:9094", subnet_ids = ["subnet-1", "subnet-2"], availability_zone = "eu-central-1a", security_group_ids = ["sg-1"] }
  }

  assert {
    condition     = length(aws_msk_serverless_cluster.this) == 0 && aws_glue_connection.kafka[0].connection_properties["KAFKA_SSL_ENABLED"] == "true" && aws_glue_connection.kafka[0].connection_properties["KAFKA_BOOTSTRAP_SERVERS"] == "b-1.example:9094"
    error_message = "A connection, by TLS, and no cluster."
  }
}

run "a_kafka_of_its_own_knows_iam_only" {
  variables {
    kafka = { subnet_ids = ["subnet-1", "subnet-2"], availability_zone = "eu-central-1a", security_group_ids = ["sg-1"] }
  }

  assert {
    condition     = aws_msk_serverless_cluster.this[0].client_authentication[0].sasl[0].iam[0].enabled && aws_glue_connection.kafka[0].connection_properties["KAFKA_SASL_MECHANISM"] == "AWS_MSK_IAM"
    error_message = "Clients come with IAM."
  }
}

run "a_prefix_is_a_folder" {
  command = plan

  variables {
    stream = { bucket_arn = "arn:aws:s3:::raw", prefix = "landing/" }
  }

  expect_failures = [var.stream]
}
