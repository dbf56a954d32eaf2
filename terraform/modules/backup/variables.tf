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

variable "resource_arns" {
  description = "What is backed up: RDS instances and DynamoDB tables."
  type        = list(string)
}

variable "topic_arn" {
  description = "SNS topic that hears of a backup or restore that failed."
  type        = string
}

variable "time_zone" {
  description = "Time zone of the schedules."
  type        = string
  default     = "UTC"
}

variable "daily_retention_days" {
  description = "Days for which a day's backup is kept."
  type        = number
  default     = 35
}

variable "monthly_retention_days" {
  description = "Days for which a month's first backup is kept."
  type        = number
  default     = 365

  validation {
    condition     = var.monthly_retention_days >= var.daily_retention_days
    error_message = "monthly_retention_days is daily_retention_days or more."
  }
}

variable "minimum_retention_days" {
  description = "Days before which the vault's lock lets nobody delete a backup, but those allowed to lift the lock; null for no lock."
  type        = number
  default     = 7
}

variable "select_resources" {
  description = "Whether the plan is given its resources. False leaves vault and plan alone, for an emulator that knows no selection."
  type        = bool
  default     = true

  validation {
    condition     = var.select_resources || var.environment != "prod"
    error_message = "In prod the plan backs something up."
  }
}

variable "force_destroy" {
  description = "Whether the vault goes with its backups; for environments that are thrown away."
  type        = bool
  default     = false

  validation {
    condition     = !var.force_destroy || var.environment != "prod"
    error_message = "In prod backups are not thrown away."
  }
}
