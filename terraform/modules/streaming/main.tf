# Live streams: Kinesis through Firehose into the landing zone, where a file source takes over.

data "aws_caller_identity" "current" {}

locals {
  stream = var.stream != null ? 1 : 0
}

resource "aws_kinesis_stream" "this" {
  count = local.stream

  name             = "${var.name}-events"
  shard_count      = var.stream.shards
  retention_period = var.stream.retention_hours
  encryption_type  = "KMS"
  kms_key_id       = var.kms_key_arn

  stream_mode_details {
    stream_mode = var.stream.shards == null ? "ON_DEMAND" : "PROVISIONED"
  }
}

resource "aws_cloudwatch_log_group" "this" {
  count = local.stream

  name              = "/aws/kinesisfirehose/${var.name}-landing"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_cloudwatch_log_stream" "this" {
  count = local.stream

  name           = "delivery"
  log_group_name = aws_cloudwatch_log_group.this[0].name
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["firehose.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

data "aws_iam_policy_document" "deliver" {
  count = local.stream

  statement {
    actions   = ["kinesis:DescribeStream", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"]
    resources = [aws_kinesis_stream.this[0].arn]
  }

  statement {
    actions   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
    resources = ["${var.stream.bucket_arn}/${var.stream.prefix}/*", "${var.stream.bucket_arn}/${var.stream.prefix}-failed/*"]
  }

  statement {
    actions   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
    resources = [var.stream.bucket_arn]
  }

  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.kms_key_arn]
  }

  statement {
    actions   = ["logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this[0].arn}:*"]
  }
}

resource "aws_iam_role" "this" {
  count = local.stream

  name                 = "${var.name}-firehose"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "this" {
  count = local.stream

  name   = "deliver-to-landing"
  role   = aws_iam_role.this[0].id
  policy = data.aws_iam_policy_document.deliver[0].json
}

resource "aws_kinesis_firehose_delivery_stream" "this" {
  count = local.stream

  name        = "${var.name}-landing"
  destination = "extended_s3"

  kinesis_source_configuration {
    kinesis_stream_arn = aws_kinesis_stream.this[0].arn
    role_arn           = aws_iam_role.this[0].arn
  }

  extended_s3_configuration {
    role_arn            = aws_iam_role.this[0].arn
    bucket_arn          = var.stream.bucket_arn
    prefix              = "${var.stream.prefix}/!{timestamp:yyyy/MM/dd/HH}/"
    error_output_prefix = "${var.stream.prefix}-failed/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/"
    buffering_interval  = var.stream.buffer_seconds
    buffering_size      = var.stream.buffer_mb
    compression_format  = "GZIP"
    kms_key_arn         = var.kms_key_arn

    # A file source reads one JSON document a line; records come without line ends.
    processing_configuration {
      enabled = true

      processors {
        type = "AppendDelimiterToRecord"

        parameters {
          parameter_name  = "Delimiter"
          parameter_value = "\\n"
        }
      }
    }

    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.this[0].name
      log_stream_name = aws_cloudwatch_log_stream.this[0].name
    }
  }

  depends_on = [aws_iam_role_policy.this]
}

resource "aws_cloudwatch_metric_alarm" "freshness" {
  count = local.stream

  alarm_name          = "${var.name}-landing-late"
  alarm_description   = "The oldest record that Firehose has not yet put into ${var.stream.prefix} is over 30 minutes old. Read ${aws_cloudwatch_log_group.this[0].name}; records stay in the stream for ${var.stream.retention_hours} hours."
  namespace           = "AWS/Firehose"
  metric_name         = "DeliveryToS3.DataFreshness"
  dimensions          = { DeliveryStreamName = aws_kinesis_firehose_delivery_stream.this[0].name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 2
  threshold           = 1800
  comparison_operator = "GreaterThanThreshold"
  # No records, no delay: a quiet stream is in order.
  treat_missing_data = "notBreaching"
  alarm_actions      = [var.topic_arn]
  ok_actions         = [var.topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "throttled" {
  count = local.stream

  alarm_name          = "${var.name}-stream-throttled"
  alarm_description   = "Kinesis refuses records of ${var.name}-events: producers write more than the shards take."
  namespace           = "AWS/Kinesis"
  metric_name         = "WriteProvisionedThroughputExceeded"
  dimensions          = { StreamName = aws_kinesis_stream.this[0].name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 2
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
}
