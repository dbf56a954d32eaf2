output "name" {
  description = "What the names of this environment's resources begin with."
  value       = local.name
}

output "buckets" {
  description = "Bucket of each zone: raw, curated, quarantine, scripts, results, logs."
  value       = module.zones.bucket_names
}

output "tables" {
  description = "DynamoDB tables: settings, bookmarks, runs."
  value       = module.settings_store.table_names
}

output "topic_arn" {
  description = "Topic that failures and alarms are told to."
  value       = module.observability.topic_arn
}

output "ingest_machines" {
  description = "ARN of each source's ingest machine."
  value       = module.orchestration.ingest_arns
}

output "load_machine" {
  description = "ARN of the load machine."
  value       = module.orchestration.load_arn
}

output "backfill_machine" {
  description = "ARN of the backfill machine."
  value       = module.orchestration.backfill_arn
}

output "jobs" {
  description = "Glue jobs of each source: ingest, load, verify, export, maintain, reconcile."
  value       = { for source, jobs in module.jobs : source => jobs.job_names }
}

output "crawlers" {
  description = "Crawler that each source's ingest machine starts; empty without."
  value       = { for source, jobs in module.jobs : source => jobs.crawler_name }
}

output "dead_letter_queue" {
  description = "Queue of scheduled starts that could not be delivered, by name and ARN."
  value       = module.orchestration.dead_letter_queue
}

output "config_parameter" {
  description = "SSM parameter by which the command line finds this environment."
  value       = aws_ssm_parameter.config.name
}

output "dashboard" {
  description = "The environment's CloudWatch dashboard."
  value       = module.observability.dashboard_name
}

output "alarms" {
  description = "Names of all alarms."
  value       = module.observability.alarm_names
}
