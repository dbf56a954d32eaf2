output "workgroup" {
  description = "Name of the workgroup."
  value       = aws_redshiftserverless_workgroup.this.workgroup_name
}

output "namespace" {
  description = "Name of the namespace."
  value       = aws_redshiftserverless_namespace.this.namespace_name
}

output "endpoint" {
  description = "Host name of the warehouse, inside the VPC."
  value       = one(aws_redshiftserverless_workgroup.this.endpoint[*].address)
}

output "admin_secret_arn" {
  description = "Secret with the administrator's password, made by Redshift."
  value       = aws_redshiftserverless_namespace.this.admin_password_secret_arn
}

output "role_arn" {
  description = "Role with which the warehouse reads the curated zone."
  value       = aws_iam_role.this.arn
}
