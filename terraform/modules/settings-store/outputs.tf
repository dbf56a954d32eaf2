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
