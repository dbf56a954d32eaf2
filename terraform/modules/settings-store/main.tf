# Settings, bookmarks and the run history. The keys are those of dev.sluice.aws.dynamodb.

locals {
  tables = {
    settings  = { hash = "source", range = "table", ttl = null }
    bookmarks = { hash = "table", range = "entry", ttl = null }
    runs      = { hash = "run", range = "entry", ttl = "expires-at" }
  }
}

resource "aws_dynamodb_table" "this" {
  for_each = local.tables

  name                        = "${var.name}-${each.key}"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.hash
  range_key                   = each.value.range
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = each.value.hash
    type = "S"
  }

  attribute {
    name = each.value.range
    type = "S"
  }

  dynamic "ttl" {
    for_each = each.value.ttl == null ? [] : [each.value.ttl]

    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }

  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = var.recovery_days
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.kms_key_arn
  }
}

resource "aws_dynamodb_table_item" "settings" {
  for_each = local.typed

  table_name = aws_dynamodb_table.this["settings"].name
  hash_key   = "source"
  range_key  = "table"
  item       = each.value

  lifecycle {
    precondition {
      condition     = !local.too_deep
      error_message = "An item in ${coalesce(var.items_folder, "the folder")} nests deeper than six levels, which no settings item does. Check it with 'sluice validate'."
    }
  }
}
