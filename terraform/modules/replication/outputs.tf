output "task_arn" {
  description = "ARN of the task, or of the serverless configuration."
  value       = local.task_arn
}

output "function_name" {
  description = "Name of the Lambda that starts it."
  value       = aws_lambda_function.starter.function_name
}

output "function_arn" {
  description = "ARN of that Lambda."
  value       = aws_lambda_function.starter.arn
}

output "log_group_name" {
  description = "Log group of that Lambda."
  value       = aws_cloudwatch_log_group.starter.name
}
