# One role per job, each for what that job does.

locals {
  trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "glue.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
    }]
  })

  read_zone  = { for zone, arn in var.bucket_arns : zone => [{ Effect = "Allow", Action = ["s3:ListBucket", "s3:GetBucketLocation"], Resource = [arn] }, { Effect = "Allow", Action = ["s3:GetObject"], Resource = ["${arn}/*"] }] }
  write_zone = { for zone, arn in var.bucket_arns : zone => [{ Effect = "Allow", Action = ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"], Resource = ["${arn}/*"] }] }

  ec2 = "arn:${local.partition}:ec2:${local.region}:${local.account_id}"
  # An interface is made in a subnet, with security groups; it has no id yet.
  entered = concat(
    ["${local.ec2}:network-interface/*"],
    var.placement == null ? ["${local.ec2}:subnet/*", "${local.ec2}:security-group/*"] : concat(
      [for id in try(var.placement.subnet_ids, []) : "${local.ec2}:subnet/${id}"],
      [for id in try(var.placement.security_group_ids, []) : "${local.ec2}:security-group/${id}"],
    ),
  )

  # What every job of this source needs.
  common = concat(
    local.read_zone["scripts"],
    [
      { Effect = "Allow", Action = ["s3:PutObject", "s3:DeleteObject"], Resource = ["${var.bucket_arns["scripts"]}/temporary/${var.source_name}/*"] },
      { Effect = "Allow", Action = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"], Resource = [var.table_arns["settings"]] },
      { Effect = "Allow", Action = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], Resource = [var.table_arns["runs"]] },
      { Effect = "Allow", Action = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:DescribeKey"], Resource = [var.kms_key_arn] },
      {
        # CloudWatch knows no resource for metrics; the namespaces are the boundary.
        Effect    = "Allow"
        Action    = ["cloudwatch:PutMetricData"]
        Resource  = ["*"]
        Condition = { StringEquals = { "cloudwatch:namespace" = ["Sluice", "Glue"] } }
      },
      { Effect = "Allow", Action = ["glue:GetJob", "glue:GetJobRun", "glue:GetJobBookmark", "glue:UpdateJobBookmark", "glue:ResetJobBookmark"], Resource = [for job in keys(local.jobs) : "${local.glue}:job/${var.name}-${job}-${var.source_name}"] },
      { Effect = "Allow", Action = ["glue:GetSecurityConfiguration"], Resource = ["*"] }, # Glue knows no resource for security configurations.
    ],
    [for arns in [var.secret_arns] : { Effect = "Allow", Action = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"], Resource = arns } if length(arns) > 0],
    [for statement in [
      { Effect = "Allow", Action = ["glue:GetConnection", "glue:GetConnections"], Resource = concat(["${local.glue}:catalog"], [for connection in var.connections : "${local.glue}:connection/${connection}"]) },
      # What EC2 tells of a network it tells of all; Glue makes its interfaces by what it reads here.
      { Effect = "Allow", Action = ["ec2:DescribeVpcEndpoints", "ec2:DescribeRouteTables", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcAttribute"], Resource = ["*"] },
      { Effect = "Allow", Action = ["ec2:CreateNetworkInterface"], Resource = local.entered },
      { Effect = "Allow", Action = ["ec2:DeleteNetworkInterface"], Resource = ["${local.ec2}:network-interface/*"] },
      {
        Effect    = "Allow"
        Action    = ["ec2:CreateTags", "ec2:DeleteTags"]
        Resource  = ["${local.ec2}:network-interface/*"]
        Condition = { "ForAllValues:StringEquals" = { "aws:TagKeys" = ["aws-glue-service-resource"] } }
      },
    ] : statement if length(var.connections) > 0],
  )

  # Files are listed and read where they land, and nothing is written there.
  landing = flatten([for place in [for uri in var.landing : trimprefix(uri, "s3://")] : [
    { Effect = "Allow", Action = ["s3:ListBucket"], Resource = ["arn:${local.partition}:s3:::${split("/", place)[0]}"] },
    { Effect = "Allow", Action = ["s3:GetObject"], Resource = ["arn:${local.partition}:s3:::${place}/*"] },
  ]])

  ledger = [{ Effect = "Allow", Action = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:PutItem", "dynamodb:UpdateItem"], Resource = [var.table_arns["bookmarks"]] }]

  catalog_arns = ["${local.glue}:catalog", "${local.glue}:database/${local.database}", "${local.glue}:table/${local.database}/*"]
  # Spark on Glue looks for these two at every start.
  catalog_lookups = [{ Effect = "Allow", Action = ["glue:GetDatabase", "glue:GetDatabases", "glue:GetTable", "glue:GetTables"], Resource = concat(local.catalog_arns, ["${local.glue}:database/default", "${local.glue}:database/global_temp"]) }]

  own = {
    ingest = concat(
      flatten([for zone in ["raw", "curated", "quarantine"] : concat(local.read_zone[zone], local.write_zone[zone])]),
      local.ledger, local.catalog_lookups, local.landing,
      # A view that is no longer registered is taken out of the catalog.
      [{ Effect = "Allow", Action = ["glue:CreateDatabase", "glue:CreateTable", "glue:DeleteTable", "glue:UpdateTable"], Resource = local.catalog_arns }],
    )
    # A load may leave what it has staged in curated alone: it only reads there.
    load = concat(local.read_zone["curated"], local.ledger, local.catalog_lookups)
    maintain = concat(
      flatten([for zone in ["raw", "curated", "quarantine"] : concat(local.read_zone[zone], local.write_zone[zone])]),
      local.ledger, local.catalog_lookups,
      [for topic in var.topic_arn[*] : { Effect = "Allow", Action = ["sns:Publish"], Resource = [topic] }],
    )
    # It commits batches as an ingest does, of tables that the ingest has made.
    reconcile = concat(
      flatten([for zone in ["raw", "curated", "quarantine"] : concat(local.read_zone[zone], local.write_zone[zone])]),
      local.ledger, local.catalog_lookups,
      [{ Effect = "Allow", Action = ["glue:CreateDatabase", "glue:CreateTable", "glue:UpdateTable"], Resource = local.catalog_arns }],
      [for topic in var.topic_arn[*] : { Effect = "Allow", Action = ["sns:Publish"], Resource = [topic] }],
    )
    # An export writes below its own prefix of the results alone. It reads its folder there before it writes.
    export = concat(local.read_zone["curated"], local.catalog_lookups, [
      { Effect = "Allow", Action = ["s3:ListBucket", "s3:GetBucketLocation"], Resource = [var.bucket_arns["results"]] },
      { Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"], Resource = ["${var.bucket_arns["results"]}/exports/${var.source_name}/*"] },
    ])
    verify = concat(local.read_zone["raw"], local.read_zone["curated"], local.read_zone["quarantine"], [{ Effect = "Allow", Action = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"], Resource = [var.table_arns["bookmarks"]] }], local.catalog_lookups, local.landing)
  }

  job_policies = {
    for job in keys(local.jobs) : job => jsonencode({
      Version = "2012-10-17"
      Statement = concat(local.common, local.own[job], [
        { Effect = "Allow", Action = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], Resource = ["arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:${local.log_prefixes[job]}/*", "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:/aws-glue/*"] },
      ])
    })
  }
}

resource "aws_iam_role" "job" {
  for_each = local.jobs

  name                 = "${var.name}-${each.key}-${var.source_name}"
  description          = each.value.about
  assume_role_policy   = local.trust
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "job" {
  for_each = local.jobs

  name   = "job"
  role   = aws_iam_role.job[each.key].id
  policy = local.job_policies[each.key]
}
