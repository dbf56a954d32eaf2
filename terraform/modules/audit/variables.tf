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

variable "bucket_arns" {
  description = "Buckets whose every change of an object is recorded."
  type        = list(string)
}

variable "table_arns" {
  description = "DynamoDB tables whose every change of an item is recorded."
  type        = list(string)
}

variable "retention_days" {
  description = "Days for which the record is kept; after ninety it is in Glacier."
  type        = number
  default     = 400

  validation {
    condition     = var.retention_days >= 180
    error_message = "retention_days is at least 180: Glacier bills ninety days beyond the ninety before it."
  }
}

variable "force_destroy" {
  description = "Whether the bucket goes with what is in it; for environments that are thrown away."
  type        = bool
  default     = false

  validation {
    condition     = !var.force_destroy || var.environment != "prod"
    error_message = "In prod the record of changes is not thrown away."
  }
}
