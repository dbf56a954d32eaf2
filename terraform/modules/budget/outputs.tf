output "budget_name" {
  description = "Name of the budget."
  value       = aws_budgets_budget.this.name
}

output "anomaly_subscription_arn" {
  description = "ARN of the anomaly subscription; null without one."
  value       = one(aws_ce_anomaly_subscription.this[*].arn)
}
