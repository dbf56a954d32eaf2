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
  description = "Private subnets of the tasks; only handed through, so that a state machine finds them in one place."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) > 0
    error_message = "Name at least one private subnet."
  }
}

variable "security_group_ids" {
  description = "Security groups of the tasks; handed through likewise."
  type        = list(string)
}

variable "image_tag" {
  description = "Tag of the image: the content hash under which the build pushed it, so that a run in progress keeps its own."
  type        = string

  validation {
    condition     = var.image_tag != "latest" && length(var.image_tag) > 0
    error_message = "image_tag is a content hash, never latest: a tag that moves changes runs in progress."
  }
}

variable "cpu" {
  description = "CPU units of a task: 1024 is one."
  type        = number
  default     = 1024

  validation {
    condition     = contains([512, 1024, 2048, 4096, 8192, 16384], var.cpu)
    error_message = "cpu is 512, 1024, 2048, 4096, 8192 or 16384."
  }
}

variable "memory" {
  description = "Memory of a task in MiB."
  type        = number
  default     = 4096
}

variable "arguments" {
  description = "Arguments that every run gets, without dashes, as the module jobs puts them out. Run arguments are the task's command."
  type        = map(string)

  validation {
    condition     = alltrue([for value in values(var.arguments) : !can(regex("\\s", value))])
    error_message = "An argument holds no white space: the container splits them there."
  }
}

variable "bucket_arns" {
  description = "ARNs of the zones' buckets: raw, curated, quarantine."
  type        = map(string)
}

variable "table_arns" {
  description = "ARNs of the DynamoDB tables: settings, bookmarks, runs."
  type        = map(string)
}

variable "secret_arns" {
  description = "Secrets with the passwords of sources and targets."
  type        = list(string)
  default     = []
}

variable "landing" {
  description = "Places like s3://bucket/prefix that files are read from; nothing is written there."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for place in var.landing : can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^*/][^*]*)?$", place)) && !endswith(place, "/")])
    error_message = "Each is s3://bucket or s3://bucket/prefix, without a * and a slash at its end."
  }
}

variable "connection_names" {
  description = "Glue connections that the settings name."
  type        = list(string)
  default     = []
}

variable "database_names" {
  description = "Catalog databases in which the ingest registers tables."
  type        = list(string)
  default     = []
}

variable "log_retention_days" {
  description = "Days for which logs are kept."
  type        = number
  default     = 90
}

variable "repository_force_delete" {
  description = "Whether the repository goes with its images; for environments that are thrown away."
  type        = bool
  default     = false
}
