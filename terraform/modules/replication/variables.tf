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

variable "kind" {
  description = "instance, for steady change data capture; serverless, for loads that come and go."
  type        = string
  default     = "instance"

  validation {
    condition     = contains(["instance", "serverless"], var.kind)
    error_message = "kind is instance or serverless."
  }
}

variable "instance_class" {
  description = "Class of the replication instance."
  type        = string
  default     = "dms.t3.medium"
}

variable "allocated_storage" {
  description = "Gigabytes that the replication instance keeps for changes not yet applied."
  type        = number
  default     = 50
}

variable "engine_version" {
  description = "DMS engine version of the replication instance."
  type        = string
  default     = "3.6.1"
}

variable "multi_az" {
  description = "A standby in a second availability zone."
  type        = bool
  default     = false
}

variable "max_capacity_units" {
  description = "The most DMS capacity units that a serverless replication may take."
  type        = number
  default     = 4
}

variable "subnet_ids" {
  description = "Private subnets in two availability zones or more."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "DMS wants subnets in two availability zones or more."
  }
}

variable "security_group_ids" {
  description = "Security groups of the replication."
  type        = list(string)
}

variable "topic_arn" {
  description = "SNS topic that hears when the task fails and when it cannot be started."
  type        = string
}

variable "source_database" {
  description = "Where to replicate from. The secret holds host, port, username and password, as DMS demands; RDS's own lacks host and port."
  type = object({
    engine     = string
    database   = string
    secret_arn = string
    ssl_mode   = optional(string, "require")
    attributes = optional(string)
  })

  validation {
    condition     = contains(["postgres", "aurora-postgresql", "mysql", "aurora", "mariadb"], var.source_database.engine)
    error_message = "source_database.engine is postgres, aurora-postgresql, mysql, aurora or mariadb."
  }

  validation {
    condition     = contains(["require", "verify-ca", "verify-full"], var.source_database.ssl_mode)
    error_message = "source_database.ssl_mode is require, verify-ca or verify-full: nothing crosses the network in clear."
  }
}

variable "target_bucket" {
  description = "Zone bucket for change files (column Op); null when the target is a database."
  type = object({
    name   = string
    arn    = string
    folder = optional(string, "dms")
  })
  default = null
}

variable "target_database" {
  description = "PostgreSQL database to replicate into; null when the target is a bucket. The secret is as for the source."
  type = object({
    database   = string
    secret_arn = string
  })
  default = null

  validation {
    condition     = (var.target_database == null) != (var.target_bucket == null)
    error_message = "Give one of target_bucket and target_database."
  }
}

variable "migration_type" {
  description = "full-load, cdc, or full-load-and-cdc."
  type        = string
  default     = "full-load-and-cdc"

  validation {
    condition     = contains(["full-load", "cdc", "full-load-and-cdc"], var.migration_type)
    error_message = "migration_type is full-load, cdc or full-load-and-cdc."
  }
}

variable "tables" {
  description = "Tables to replicate; % is DMS's wildcard."
  type = list(object({
    schema = string
    table  = string
  }))

  validation {
    condition     = length(var.tables) > 0
    error_message = "Name at least one table."
  }
}

variable "schedule" {
  description = "When the Lambda starts the task: a cron(...) or rate(...) of EventBridge Scheduler, and its time zone."
  type = object({
    expression = optional(string, "cron(0 2 * * ? *)")
    time_zone  = optional(string, "UTC")
    enabled    = optional(bool, true)
  })
  default = {}

  validation {
    condition     = can(regex("^(cron|rate|at)\\(.+\\)$", var.schedule.expression))
    error_message = "schedule.expression is cron(...), rate(...) or at(...)."
  }
}

variable "function_package" {
  description = "Where the build put the Lambda's zip, under its content hash."
  type = object({
    bucket = string
    key    = string
  })
}

variable "log_retention_days" {
  description = "Days for which logs are kept."
  type        = number
  default     = 90
}

variable "create_account_roles" {
  description = "Whether to make the roles dms-vpc-role and dms-cloudwatch-logs-role, which DMS looks for by these names, once in an account."
  type        = bool
  default     = false
}
