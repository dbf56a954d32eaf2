variable "name" {
  description = "Prefix of every name, such as sluice-dev."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", var.name))
    error_message = "name is 3 to 32 lower-case letters, digits and dashes, beginning with a letter."
  }
}

variable "environment" {
  description = "The environment's name: dev, staging or prod."
  type        = string

  validation {
    condition     = contains(["dev", "staging", "prod"], var.environment)
    error_message = "environment is dev, staging or prod."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts what this module stores."
  type        = string

  validation {
    condition     = can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key, not of an alias."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that bounds every role made here; null for none. The seed demands one."
  type        = string
  default     = null
}

variable "topic_arn" {
  description = "SNS topic of the alarms."
  type        = string
}

variable "stream" {
  description = "A Kinesis stream whose records Firehose puts into the landing zone; null for none. Without shards it scales by itself."
  type = object({
    bucket_arn      = string
    prefix          = optional(string, "landing/stream")
    shards          = optional(number)
    retention_hours = optional(number, 48)
    buffer_seconds  = optional(number, 300)
    buffer_mb       = optional(number, 64)
  })
  default = null

  validation {
    condition     = var.stream == null ? true : var.stream.retention_hours >= 24 && var.stream.retention_hours <= 8760
    error_message = "stream.retention_hours is 24 to 8760."
  }

  validation {
    condition     = var.stream == null ? true : !endswith(var.stream.prefix, "/") && var.stream.prefix != ""
    error_message = "stream.prefix is a folder without a slash at its end."
  }
}

variable "kafka" {
  description = "Kafka for change events; null for none. With bootstrap_servers a connection to an existing cluster, without them MSK Serverless and a connection to it."
  type = object({
    bootstrap_servers  = optional(string)
    secret_arn         = optional(string)
    subnet_ids         = list(string)
    availability_zone  = string
    security_group_ids = list(string)
  })
  default = null

  validation {
    condition     = var.kafka == null ? true : length(var.kafka.subnet_ids) >= 2
    error_message = "MSK wants subnets in two availability zones or more."
  }
}

variable "log_retention_days" {
  description = "Days for which Firehose's error log is kept."
  type        = number
  default     = 90
}
