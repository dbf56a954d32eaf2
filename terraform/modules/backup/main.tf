# A second copy of the database and the stores, in a vault that a mistake does not empty.

data "aws_partition" "current" {}
data "aws_caller_identity" "current" {}

resource "aws_backup_vault" "this" {
  name          = var.name
  kms_key_arn   = var.kms_key_arn
  force_destroy = var.force_destroy
}

resource "aws_backup_vault_lock_configuration" "this" {
  count = var.minimum_retention_days == null ? 0 : 1

  # Without changeable_for_days it is governance: administrators may lift it, nobody else.
  backup_vault_name  = aws_backup_vault.this.name
  min_retention_days = var.minimum_retention_days
}

resource "aws_backup_plan" "this" {
  name = var.name

  rule {
    rule_name                    = "daily"
    target_vault_name            = aws_backup_vault.this.name
    schedule                     = "cron(0 3 * * ? *)"
    schedule_expression_timezone = var.time_zone
    start_window                 = 60
    completion_window            = 360

    lifecycle {
      delete_after = var.daily_retention_days
    }
  }

  rule {
    rule_name                    = "monthly"
    target_vault_name            = aws_backup_vault.this.name
    schedule                     = "cron(0 5 1 * ? *)"
    schedule_expression_timezone = var.time_zone
    start_window                 = 60
    completion_window            = 720

    lifecycle {
      delete_after = var.monthly_retention_days
    }
  }
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["backup.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_iam_role" "this" {
  name                 = "${var.name}-backup"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = var.permissions_boundary_arn
}

# AWS's own policies follow the actions that its backups need.
resource "aws_iam_role_policy_attachment" "this" {
  for_each = toset(["AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores"])

  role       = aws_iam_role.this.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/${each.value}"
}

resource "aws_backup_selection" "this" {
  count = var.select_resources ? 1 : 0

  name         = var.name
  plan_id      = aws_backup_plan.this.id
  iam_role_arn = aws_iam_role.this.arn
  resources    = var.resource_arns
}

resource "aws_cloudwatch_event_rule" "failed" {
  name        = "${var.name}-backup-failed"
  description = "A backup or restore into or from ${var.name} did not complete"

  event_pattern = jsonencode({
    source      = ["aws.backup"]
    detail-type = ["Backup Job State Change", "Restore Job State Change"]
    detail = {
      state = ["ABORTED", "EXPIRED", "FAILED", "PARTIAL"]
    }
  })
}

resource "aws_cloudwatch_event_target" "failed" {
  rule      = aws_cloudwatch_event_rule.failed.name
  target_id = "topic"
  arn       = var.topic_arn

  input_transformer {
    input_paths = {
      job      = "$.detail.backupJobId"
      kind     = "$.detail-type"
      resource = "$.detail.resourceArn"
      state    = "$.detail.state"
    }
    input_template = "\"<kind>: <state> for <resource> (job <job>). Look in AWS Backup, vault ${var.name}, then start an on-demand backup.\""
  }
}

# Silence is a failure too: no backup completed in a day.
resource "aws_cloudwatch_metric_alarm" "silent" {
  count = var.select_resources ? 1 : 0

  alarm_name          = "${var.name}-backup-silent"
  alarm_description   = "No backup into the vault ${var.name} was completed for two days. Look at the plan ${var.name} in AWS Backup, and start an on-demand backup."
  namespace           = "AWS/Backup"
  metric_name         = "NumberOfBackupJobsCompleted"
  dimensions          = { BackupVaultName = aws_backup_vault.this.name }
  statistic           = "Sum"
  period              = 86400
  evaluation_periods  = 2
  threshold           = 1
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]
}
