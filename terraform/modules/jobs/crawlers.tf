# Crawlers are for people who look into the catalog; the ingest needs neither.

locals {
  crawlers = merge(
    var.crawlers.source == null ? {} : { source = { database = "${local.database}_source", about = "The source's own schema" } },
    var.crawlers.raw ? { raw = { database = "${local.database}_raw", about = "The raw batches" } } : {},
  )
}

resource "aws_glue_catalog_database" "crawled" {
  for_each = local.crawlers

  name        = each.value.database
  description = "${each.value.about}, as last crawled: ${var.source_name}"
}

resource "aws_glue_crawler" "this" {
  for_each = local.crawlers

  name                   = "${var.name}-${each.key}-${var.source_name}"
  description            = "${each.value.about}: ${var.source_name}"
  role                   = aws_iam_role.crawler[0].arn
  database_name          = aws_glue_catalog_database.crawled[each.key].name
  security_configuration = aws_glue_security_configuration.this.name

  dynamic "jdbc_target" {
    for_each = each.key == "source" ? var.crawlers.source.paths : []

    content {
      connection_name = var.crawlers.source.connection
      path            = jdbc_target.value
    }
  }

  dynamic "s3_target" {
    for_each = each.key == "raw" ? ["s3://${var.bucket_names["raw"]}/${var.source_name}/"] : []

    content {
      path = s3_target.value
    }
  }

  # A column that is gone is for people to judge: the catalog keeps it.
  schema_change_policy {
    delete_behavior = "LOG"
    update_behavior = each.key == "raw" ? "LOG" : "UPDATE_IN_DATABASE"
  }

  recrawl_policy {
    recrawl_behavior = each.key == "raw" ? "CRAWL_NEW_FOLDERS_ONLY" : "CRAWL_EVERYTHING"
  }

  lineage_configuration {
    crawler_lineage_settings = "DISABLE"
  }
}

resource "aws_iam_role" "crawler" {
  count = length(local.crawlers) == 0 ? 0 : 1

  name                 = "${var.name}-crawler-${var.source_name}"
  description          = "Crawls ${var.source_name}"
  assume_role_policy   = local.trust
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "crawler" {
  count = length(local.crawlers) == 0 ? 0 : 1

  name = "crawler"
  role = aws_iam_role.crawler[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for statement in local.common : statement if !strcontains(jsonencode(statement.Action), "dynamodb:")],
      local.read_zone["raw"],
      [
        { Effect = "Allow", Action = ["glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:CreateTable", "glue:UpdateTable", "glue:GetPartitions", "glue:BatchGetPartition", "glue:BatchCreatePartition", "glue:UpdatePartition"], Resource = concat(["${local.glue}:catalog"], flatten([for crawler in values(local.crawlers) : ["${local.glue}:database/${crawler.database}", "${local.glue}:table/${crawler.database}/*"]])) },
        { Effect = "Allow", Action = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], Resource = ["arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:/aws-glue/crawlers*"] },
      ],
    )
  })
}
