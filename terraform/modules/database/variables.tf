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

variable "existing" {
  description = "An existing PostgreSQL database to load into; null creates one. The secret holds username and password."
  type = object({
    host       = string
    port       = optional(number, 5432)
    database   = string
    secret_arn = string
  })
  default = null
}

variable "subnet_ids" {
  description = "Private subnets in two availability zones or more."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "RDS wants subnets in two availability zones or more."
  }
}

variable "security_group_ids" {
  description = "Security groups of the database."
  type        = list(string)
}

variable "topic_arn" {
  description = "SNS topic that hears of failover, low storage, failed backups and the like."
  type        = string
}

variable "database" {
  description = "Name of the database that is created in the instance."
  type        = string
  default     = "dataengineering"
}

variable "engine_version" {
  description = "PostgreSQL version; minor versions are taken in the maintenance window."
  type        = string
  default     = "16"
}

variable "instance_class" {
  description = "Instance class."
  type        = string
  default     = "db.t4g.medium"
}

variable "storage" {
  description = "Gigabytes: at first, and the most that autoscaling may take."
  type = object({
    allocated = optional(number, 50)
    max       = optional(number, 500)
  })
  default = {}

  validation {
    condition     = var.storage.max > var.storage.allocated
    error_message = "storage.max is above storage.allocated, or storage does not grow."
  }
}

variable "multi_az" {
  description = "A standby in a second availability zone."
  type        = bool
  default     = true
}

variable "backup_retention_days" {
  description = "Days of point-in-time recovery."
  type        = number
  default     = 14

  validation {
    condition     = var.backup_retention_days >= 1 && var.backup_retention_days <= 35
    error_message = "backup_retention_days is 1 to 35: without a day of it there is no point-in-time recovery."
  }
}

variable "deletion_protection" {
  description = "Whether the instance refuses to be deleted, and leaves a last snapshot when it is."
  type        = bool
  default     = true

  validation {
    condition     = var.deletion_protection || var.environment != "prod"
    error_message = "In prod the database keeps its deletion protection."
  }
}

variable "rotation_days" {
  description = "Days between rotations of the master password; null leaves RDS's own seven."
  type        = number
  default     = 30
}

variable "parameters" {
  description = "Further parameters of the parameter group, by name."
  type        = map(string)
  default     = {}
}

variable "custom_parameters" {
  description = "Whether the instance has a parameter group of its own. False falls back to the engine's, which also demands TLS from PostgreSQL 15 on."
  type        = bool
  default     = true
}

variable "performance_insights" {
  description = "Whether Performance Insights keeps seven days of load."
  type        = bool
  default     = true
}
