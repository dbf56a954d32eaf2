variable "name" {
  description = "Prefix of every name, such as sluice-dev-shop; a source's name may hold underscores."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9_-]{2,63}$", var.name))
    error_message = "name is 3 to 64 lower-case letters, digits, dashes and underscores, beginning with a letter."
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

variable "results_bucket" {
  description = "Name of the bucket for query results."
  type        = string
}

variable "results_bucket_arn" {
  description = "Its ARN."
  type        = string
}

variable "results_prefix" {
  description = "Prefix of results in it."
  type        = string
  default     = "athena"
}

variable "curated_bucket_arn" {
  description = "ARN of the curated zone's bucket: all that analysts read."
  type        = string
}

variable "database" {
  description = "Catalog database that analysts query."
  type        = string
}

variable "bytes_scanned_limit" {
  description = "Bytes after which a query is cancelled. Athena bills by the byte."
  type        = number
  default     = 107374182400

  validation {
    condition     = var.bytes_scanned_limit >= 10485760
    error_message = "bytes_scanned_limit is at least 10485760 bytes, Athena's own minimum."
  }
}

variable "named_queries" {
  description = "Queries to offer, by name: SQL files of the project, views for finance and BI."
  type = map(object({
    description = string
    sql         = string
  }))
  default = {}
}

variable "force_destroy" {
  description = "Whether the workgroup goes with its history; for environments that are thrown away."
  type        = bool
  default     = false
}
