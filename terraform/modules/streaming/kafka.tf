# Change events of an Aurora MySQL come by Kafka: a cluster that is there, or MSK Serverless.

locals {
  kafka        = var.kafka != null
  kafka_create = local.kafka && try(var.kafka.bootstrap_servers, null) == null
}

resource "aws_msk_serverless_cluster" "this" {
  count = local.kafka_create ? 1 : 0

  cluster_name = var.name

  vpc_config {
    subnet_ids         = var.kafka.subnet_ids
    security_group_ids = var.kafka.security_group_ids
  }

  client_authentication {
    sasl {
      iam {
        enabled = true
      }
    }
  }
}

data "aws_msk_bootstrap_brokers" "this" {
  count = local.kafka_create ? 1 : 0

  cluster_arn = aws_msk_serverless_cluster.this[0].arn
}

resource "aws_glue_connection" "kafka" {
  count = local.kafka ? 1 : 0

  name            = "${var.name}-kafka"
  description     = "Kafka with change events"
  connection_type = "KAFKA"

  connection_properties = merge(
    {
      KAFKA_BOOTSTRAP_SERVERS = local.kafka_create ? data.aws_msk_bootstrap_brokers.this[0].bootstrap_brokers_sasl_iam : var.kafka.bootstrap_servers
      KAFKA_SSL_ENABLED       = "true"
    },
    local.kafka_create ? { KAFKA_SASL_MECHANISM = "AWS_MSK_IAM" } : {},
    try(var.kafka.secret_arn, null) == null ? {} : { KAFKA_SASL_MECHANISM = "SCRAM-SHA-512", SECRET_ID = var.kafka.secret_arn },
  )

  physical_connection_requirements {
    availability_zone      = var.kafka.availability_zone
    security_group_id_list = var.kafka.security_group_ids
    subnet_id              = var.kafka.subnet_ids[0]
  }
}
