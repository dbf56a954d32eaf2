output "ingest_arns" {
  description = "ARN of each source's ingest machine."
  value       = { for source, machine in aws_sfn_state_machine.ingest : source => machine.arn }
}

output "load_arn" {
  description = "ARN of the load machine; its input names the source."
  value       = aws_sfn_state_machine.load.arn
}

output "backfill_arn" {
  description = "ARN of the backfill machine; its input names the source and the ranges."
  value       = aws_sfn_state_machine.backfill.arn
}

output "machine_arns" {
  description = "ARNs of all state machines: ingest-SOURCE, load, backfill."
  value = merge(
    { for source, machine in aws_sfn_state_machine.ingest : "ingest-${source}" => machine.arn },
    { load = aws_sfn_state_machine.load.arn, backfill = aws_sfn_state_machine.backfill.arn },
  )
}

output "schedule_group" {
  description = "Group of the schedules."
  value       = aws_scheduler_schedule_group.this.name
}

output "dead_letter_queue" {
  description = "Queue of starts that the scheduler could not deliver, by name and ARN."
  value       = { name = aws_sqs_queue.dead_letters.name, arn = aws_sqs_queue.dead_letters.arn }
}

output "log_group_names" {
  description = "Log group of each state machine."
  value       = { for machine, group in aws_cloudwatch_log_group.machine : machine => group.name }
}
