output "workgroup" {
  description = "Name of the workgroup."
  value       = aws_athena_workgroup.this.name
}

output "named_query_ids" {
  description = "IDs of the named queries, by name."
  value       = { for name, query in aws_athena_named_query.this : name => query.id }
}

output "analyst_policy_arn" {
  description = "Policy to attach to the role or permission set of those who query."
  value       = aws_iam_policy.analyst.arn
}
