data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

# What ECS does before the task runs: fetch the image, open the log.

data "aws_iam_policy_document" "execution" {
  statement {
    actions = ["ecr:GetAuthorizationToken"]
    # The token is the account's; ECR knows no resource for it.
    resources = ["*"]
  }

  statement {
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = [aws_ecr_repository.this.arn]
  }

  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }
}

resource "aws_iam_role" "execution" {
  name                 = "${var.name}-container-execution"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "execution" {
  name   = "start-task"
  role   = aws_iam_role.execution.id
  policy = data.aws_iam_policy_document.execution.json
}

# What the jobs themselves do: each what its like on Glue may.

locals {
  read_ledger = { sid = "ReadLedger", actions = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"], resources = [var.table_arns["bookmarks"]] }
  ledger      = { sid = "Ledger", actions = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem"], resources = [var.table_arns["bookmarks"]] }

  read_zones  = { for job, zones in local.jobs : job => { sid = "ReadZones", actions = ["s3:GetObject"], resources = [for zone in zones.read : "${var.bucket_arns[zone]}/*"] } }
  list_zones  = { for job, zones in local.jobs : job => { sid = "ListZones", actions = ["s3:GetBucketLocation", "s3:ListBucket"], resources = [for zone in zones.read : var.bucket_arns[zone]] } }
  write_zones = { sid = "WriteZones", actions = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:ListMultipartUploadParts", "s3:PutObject"], resources = [for zone in local.jobs.ingest.read : "${var.bucket_arns[zone]}/*"] }

  catalog = {
    sid     = "Catalog"
    actions = ["glue:CreateDatabase", "glue:CreateTable", "glue:DeleteTable", "glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:UpdateTable"]
    resources = concat(
      ["${local.glue}:catalog"],
      [for name in var.database_names : "${local.glue}:database/${name}"],
      [for name in var.database_names : "${local.glue}:table/${name}/*"],
    )
  }

  # A load may leave what it has staged in curated alone: it only reads there. A verification changes nothing.
  own = {
    ingest = concat(local.landing, [local.read_zones.ingest, local.list_zones.ingest, local.write_zones, local.ledger], [for statement in [local.catalog] : statement if length(var.database_names) > 0])
    load   = [local.read_zones.load, local.list_zones.load, local.ledger]
    verify = concat(local.landing, [local.read_zones.verify, local.list_zones.verify, local.read_ledger])
  }

  landing = [for statement in [
    { sid = "LandingLists", actions = ["s3:ListBucket"], resources = distinct([for uri in var.landing : "arn:${local.partition}:s3:::${split("/", trimprefix(uri, "s3://"))[0]}"]) },
    { sid = "Landing", actions = ["s3:GetObject"], resources = [for uri in var.landing : "arn:${local.partition}:s3:::${trimprefix(uri, "s3://")}/*"] },
  ] : statement if length(var.landing) > 0]

  common = concat(
    [
      { sid = "Settings", actions = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"], resources = [var.table_arns["settings"]] },
      { sid = "Runs", actions = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], resources = [var.table_arns["runs"]] },
      { sid = "Key", actions = ["kms:Decrypt", "kms:GenerateDataKey"], resources = [var.kms_key_arn] },
    ],
    [for arns in [var.secret_arns] : { sid = "Passwords", actions = ["secretsmanager:GetSecretValue"], resources = arns } if length(arns) > 0],
    [for names in [var.connection_names] : { sid = "Connections", actions = ["glue:GetConnection"], resources = concat(["${local.glue}:catalog"], [for name in names : "${local.glue}:connection/${name}"]) } if length(names) > 0],
  )
}

data "aws_iam_policy_document" "task" {
  for_each = local.jobs

  dynamic "statement" {
    for_each = concat(local.own[each.key], local.common)

    content {
      sid       = statement.value.sid
      actions   = statement.value.actions
      resources = statement.value.resources
    }
  }

  statement {
    sid     = "Metrics"
    actions = ["cloudwatch:PutMetricData"]
    # PutMetricData knows no resource; the namespace bounds it.
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "cloudwatch:namespace"
      values   = ["Sluice"]
    }
  }
}

resource "aws_iam_role" "task" {
  for_each = local.jobs

  name                 = "${var.name}-container-${each.key}"
  description          = each.value.about
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "task" {
  for_each = local.jobs

  name   = "run-job"
  role   = aws_iam_role.task[each.key].id
  policy = data.aws_iam_policy_document.task[each.key].json
}
