# A small Lambda starts the task on schedule: it resumes what stopped, and leaves alone what runs.

resource "aws_cloudwatch_log_group" "starter" {
  name              = "/aws/lambda/${var.name}-start-replication"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

data "aws_iam_policy_document" "trust_lambda" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "starter" {
  statement {
    actions   = local.serverless ? ["dms:StartReplication"] : ["dms:StartReplicationTask"]
    resources = [local.task_arn]
  }

  statement {
    actions = local.serverless ? ["dms:DescribeReplications"] : ["dms:DescribeReplicationTasks"]
    # DMS knows no resource for its describe actions.
    resources = ["*"]
  }

  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.starter.arn}:*"]
  }

  statement {
    actions   = ["sns:Publish"]
    resources = [var.topic_arn]
  }

  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.kms_key_arn]
  }
}

resource "aws_iam_role" "starter" {
  name                 = "${var.name}-start-replication"
  assume_role_policy   = data.aws_iam_policy_document.trust_lambda.json
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "starter" {
  name   = "start-replication"
  role   = aws_iam_role.starter.id
  policy = data.aws_iam_policy_document.starter.json
}

resource "aws_lambda_function" "starter" {
  function_name = "${var.name}-start-replication"
  description   = "Starts the DMS task ${var.name}"
  role          = aws_iam_role.starter.arn
  runtime       = "python3.13"
  architectures = ["arm64"]
  handler       = "start_replication.handle"
  timeout       = 60
  memory_size   = 128
  kms_key_arn   = var.kms_key_arn

  s3_bucket = var.function_package.bucket
  s3_key    = var.function_package.key

  environment {
    variables = {
      REPLICATION_ARN = local.task_arn
      KIND            = var.kind
      MIGRATION_TYPE  = var.migration_type
    }
  }

  depends_on = [aws_iam_role_policy.starter, aws_cloudwatch_log_group.starter]
}

# What still fails after two retries goes to the topic.
resource "aws_lambda_function_event_invoke_config" "starter" {
  function_name                = aws_lambda_function.starter.function_name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 3600

  destination_config {
    on_failure {
      destination = var.topic_arn
    }
  }
}

data "aws_iam_policy_document" "trust_scheduler" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

data "aws_iam_policy_document" "scheduler" {
  statement {
    actions   = ["lambda:InvokeFunction"]
    resources = [aws_lambda_function.starter.arn]
  }

  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.missed.arn]
  }

  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.kms_key_arn]
  }
}

resource "aws_iam_role" "scheduler" {
  name                 = "${var.name}-schedule-replication"
  assume_role_policy   = data.aws_iam_policy_document.trust_scheduler.json
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "scheduler" {
  name   = "invoke-starter"
  role   = aws_iam_role.scheduler.id
  policy = data.aws_iam_policy_document.scheduler.json
}

resource "aws_sqs_queue" "missed" {
  name                      = "${var.name}-replication-missed"
  kms_master_key_id         = var.kms_key_arn
  message_retention_seconds = 1209600
}

resource "aws_cloudwatch_metric_alarm" "missed" {
  alarm_name          = "${var.name}-replication-missed"
  alarm_description   = "The schedule could not start the replication ${var.name}. Read the message in the queue ${var.name}-replication-missed, then start the Lambda by hand."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.missed.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  # An empty queue that nobody asks sends no data.
  treat_missing_data = "notBreaching"
  alarm_actions      = [var.topic_arn]
}

resource "aws_scheduler_schedule" "this" {
  name                         = "${var.name}-replication"
  schedule_expression          = var.schedule.expression
  schedule_expression_timezone = var.schedule.time_zone
  state                        = var.schedule.enabled ? "ENABLED" : "DISABLED"
  kms_key_arn                  = var.kms_key_arn

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.starter.arn
    role_arn = aws_iam_role.scheduler.arn
    input    = jsonencode({})

    dead_letter_config {
      arn = aws_sqs_queue.missed.arn
    }

    retry_policy {
      maximum_retry_attempts       = 3
      maximum_event_age_in_seconds = 900
    }
  }
}
