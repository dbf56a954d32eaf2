output "table_names" {
  description = "DynamoDB tables: settings, bookmarks, runs."
  value       = { for key, table in aws_dynamodb_table.this : key => table.name }
}

output "table_arns" {
  description = "ARNs of the DynamoDB tables: settings, bookmarks, runs."
  value       = { for key, table in aws_dynamodb_table.this : key => table.arn }
}

output "registered" {
  description = "Tables registered by files, as source/table, each with the minutes it may be late (lake, database; null where its item does not say)."
  value       = local.freshness
}

output "protection" {
  description = "What keeps the tables: whether each refuses to be deleted, and days back to which each can be restored."
  value = {
    deletion_protection = alltrue([for table in aws_dynamodb_table.this : table.deletion_protection_enabled])
    recovery_days       = min([for table in aws_dynamodb_table.this : table.point_in_time_recovery[0].recovery_period_in_days]...)
  }
}
