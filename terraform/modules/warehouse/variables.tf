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

variable "subnet_ids" {
  description = "Private subnets in three availability zones, as Redshift Serverless demands in most regions."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "Redshift Serverless wants subnets in several availability zones: three in most regions."
  }
}

variable "security_group_ids" {
  description = "Security groups of the warehouse."
  type        = list(string)
}

variable "curated_bucket_arn" {
  description = "ARN of the curated zone's bucket."
  type        = string
}

variable "catalog_database" {
  description = "Catalog database behind the external schema."
  type        = string
}

variable "database" {
  description = "Database in the warehouse."
  type        = string
  default     = "analytics"
}

variable "external_schema" {
  description = "Name under which the warehouse sees the curated zone."
  type        = string
  default     = "curated"

  validation {
    condition     = can(regex("^[a-z_][a-z0-9_]*$", var.external_schema))
    error_message = "external_schema is a plain lower-case identifier."
  }
}

variable "base_capacity" {
  description = "Redshift processing units that a query begins with."
  type        = number
  default     = 8
}

variable "max_capacity" {
  description = "The most processing units that it may take."
  type        = number
  default     = 16

  validation {
    condition     = var.max_capacity >= var.base_capacity
    error_message = "max_capacity is base_capacity or more."
  }
}

variable "monthly_rpu_hours" {
  description = "Processing-unit hours a month after which the warehouse stops taking queries."
  type        = number
  default     = 200
}
