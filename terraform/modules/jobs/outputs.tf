output "job_names" {
  description = "Glue jobs: ingest, load, verify."
  value       = { for key, job in aws_glue_job.this : key => job.name }
}

output "job_arns" {
  description = "ARNs of the Glue jobs: ingest, load, verify."
  value       = { for key in keys(aws_glue_job.this) : key => "${local.glue}:job/${var.name}-${key}-${var.source_name}" }
}

output "role_arns" {
  description = "ARNs of the jobs' roles: ingest, load, verify."
  value       = { for key, role in aws_iam_role.job : key => role.arn }
}

output "log_group_names" {
  description = "Log groups, JOB/error and JOB/output; each run's stream is its job run id."
  value       = { for key, group in aws_cloudwatch_log_group.job : key => group.name }
}

output "crawler_name" {
  description = "Crawler that the state machine starts: the source's, else raw's; empty without."
  value       = try(aws_glue_crawler.this["source"].name, aws_glue_crawler.this["raw"].name, "")
}

output "database_name" {
  description = "Catalog database of the curated tables."
  value       = aws_glue_catalog_database.this.name
}

output "log_prefixes" {
  description = "What the names of each job's log groups begin with: /error and /output follow."
  value       = local.log_prefixes
}

output "arguments" {
  description = "Arguments without dashes that say where the lake is, alike for all sources; what runs the jar outside Glue gives them too."
  value       = local.lake
}

output "continuous" {
  description = "Arguments by which the ingest goes on in one job run; empty where it runs once."
  value       = local.continuous
}

output "placement" {
  description = "Subnets and security groups that the jobs may enter; null for any."
  value       = var.placement
}
