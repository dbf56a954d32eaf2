output "cluster_arn" {
  description = "ARN of the ECS cluster."
  value       = aws_ecs_cluster.this.arn
}

output "task_definition_arns" {
  description = "ARN of the current revision of each job's task definition: ingest, load, verify; what a state machine runs."
  value       = { for job, definition in aws_ecs_task_definition.this : job => definition.arn }
}

output "container_name" {
  description = "Name of the container, for overrides of its command: [JOB, --source, NAME, --run-id, ID]."
  value       = local.container_name
}

output "subnet_ids" {
  description = "Subnets to run tasks in."
  value       = var.subnet_ids
}

output "security_group_ids" {
  description = "Security groups to run tasks with."
  value       = var.security_group_ids
}

output "repository_url" {
  description = "Where the build pushes the image."
  value       = aws_ecr_repository.this.repository_url
}

output "task_role_arns" {
  description = "Role of each job; a state machine that runs its task must be allowed to pass it."
  value       = { for job, role in aws_iam_role.task : job => role.arn }
}

output "execution_role_arn" {
  description = "Role that starts the task; likewise."
  value       = aws_iam_role.execution.arn
}

output "log_group_name" {
  description = "Log group of the tasks."
  value       = aws_cloudwatch_log_group.this.name
}

output "arguments" {
  description = "Arguments that every task gets, without dashes."
  value       = var.arguments
}
