output "identifier" {
  description = "RDS's name of the instance; null for an existing database."
  value       = one(aws_db_instance.this[*].identifier)
}

output "arn" {
  description = "ARN of the instance; null for an existing database."
  value       = one(aws_db_instance.this[*].arn)
}

output "host" {
  description = "Host name."
  value       = local.creates ? aws_db_instance.this[0].address : var.existing.host
}

output "port" {
  description = "Port."
  value       = local.creates ? aws_db_instance.this[0].port : var.existing.port
}

output "database" {
  description = "Name of the database."
  value       = local.creates ? var.database : var.existing.database
}

output "jdbc_url" {
  description = "JDBC URL without credentials. The server's certificate is demanded; verifying its chain needs AWS's bundle on the class path."
  value = format(
    "jdbc:postgresql://%s:%d/%s?sslmode=require",
    local.creates ? aws_db_instance.this[0].address : var.existing.host,
    local.creates ? aws_db_instance.this[0].port : var.existing.port,
    local.creates ? var.database : var.existing.database,
  )
}

output "secret_arn" {
  description = "Secret with username and password."
  value       = local.creates ? aws_db_instance.this[0].master_user_secret[0].secret_arn : var.existing.secret_arn
}

output "protection" {
  description = "What keeps the instance: whether it refuses to be deleted, is in two zones, and days back to which it can be restored. Null for an existing database."
  value = one([for instance in aws_db_instance.this : {
    deletion_protection   = instance.deletion_protection
    multi_az              = instance.multi_az
    backup_retention_days = instance.backup_retention_period
  }])
}
