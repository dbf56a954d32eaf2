output "kms_key_arn" {
  description = "ARN of the environment's key."
  value       = aws_kms_key.this.arn
}

output "bucket_names" {
  description = "Bucket of each zone: raw, curated, quarantine, scripts, results, logs."
  value       = { for zone, bucket in local.buckets : zone => bucket.id }
}

output "bucket_arns" {
  description = "ARN of each zone's bucket."
  value       = { for zone, bucket in local.buckets : zone => bucket.arn }
}

output "force_destroy" {
  description = "Whether destroying the environment deletes what any of the buckets holds."
  value       = anytrue([for bucket in concat(values(aws_s3_bucket.zone), [aws_s3_bucket.logs]) : bucket.force_destroy])
}
