data "aws_iam_policy_document" "trust_dms" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type = "Service"
      # Secrets are fetched under the region's principal, files written under the global one.
      identifiers = ["dms.amazonaws.com", "dms.${data.aws_region.current.name}.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

data "aws_iam_policy_document" "secrets" {
  statement {
    actions   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    resources = local.secrets
  }

  statement {
    actions   = ["kms:Decrypt", "kms:DescribeKey"]
    resources = [var.kms_key_arn]
  }
}

resource "aws_iam_role" "secrets" {
  name                 = "${var.name}-dms-secrets"
  assume_role_policy   = data.aws_iam_policy_document.trust_dms.json
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "secrets" {
  name   = "read-secrets"
  role   = aws_iam_role.secrets.id
  policy = data.aws_iam_policy_document.secrets.json
}

data "aws_iam_policy_document" "bucket" {
  count = local.to_bucket ? 1 : 0

  statement {
    actions   = ["s3:DeleteObject", "s3:PutObject", "s3:PutObjectTagging"]
    resources = ["${var.target_bucket.arn}/${var.target_bucket.folder}/*"]
  }

  statement {
    actions   = ["s3:ListBucket"]
    resources = [var.target_bucket.arn]
  }

  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.kms_key_arn]
  }
}

resource "aws_iam_role" "bucket" {
  count = local.to_bucket ? 1 : 0

  name                 = "${var.name}-dms-bucket"
  assume_role_policy   = data.aws_iam_policy_document.trust_dms.json
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "bucket" {
  count = local.to_bucket ? 1 : 0

  name   = "write-change-files"
  role   = aws_iam_role.bucket[0].id
  policy = data.aws_iam_policy_document.bucket[0].json
}

# Names and policies that DMS prescribes.

locals {
  account_roles = var.create_account_roles ? {
    "dms-vpc-role"             = "AmazonDMSVPCManagementRole"
    "dms-cloudwatch-logs-role" = "AmazonDMSCloudWatchLogsRole"
  } : {}
}

data "aws_iam_policy_document" "trust_account" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["dms.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "account" {
  for_each = local.account_roles

  name                 = each.key
  assume_role_policy   = data.aws_iam_policy_document.trust_account.json
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy_attachment" "account" {
  for_each = local.account_roles

  role       = aws_iam_role.account[each.key].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/${each.value}"
}
