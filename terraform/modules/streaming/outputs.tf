output "stream_name" {
  description = "Name of the Kinesis stream; null without one."
  value       = one(aws_kinesis_stream.this[*].name)
}

output "stream_arn" {
  description = "ARN of the Kinesis stream, to which producers are allowed to write; null without one."
  value       = one(aws_kinesis_stream.this[*].arn)
}

output "firehose_arn" {
  description = "ARN of the delivery stream; null without one."
  value       = one(aws_kinesis_firehose_delivery_stream.this[*].arn)
}

output "kafka_connection_name" {
  description = "Glue connection to Kafka; null without one."
  value       = one(aws_glue_connection.kafka[*].name)
}

output "kafka_cluster_arn" {
  description = "ARN of the MSK cluster; null without one, or where Kafka is given."
  value       = one(aws_msk_serverless_cluster.this[*].arn)
}
