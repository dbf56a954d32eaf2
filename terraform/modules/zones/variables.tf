variable "name" {
  description = "What every name begins with, for example sluice-dev."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "The name is 3 to 20 lower-case letters, digits and hyphens: buckets and roles begin with it, whose names are short."
  }
}

variable "environment" {
  description = "Environment: dev, staging or prod, or a name of one's own."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,20}$", var.environment))
    error_message = "The environment is 1 to 21 lower-case letters, digits and hyphens."
  }
}

variable "raw_archive_days" {
  description = "Age in days at which raw batches move to the archive class; null keeps them where they are."
  type        = number
  default     = 90

  validation {
    condition     = var.raw_archive_days == null || try(var.raw_archive_days >= 30, false)
    error_message = "Raw batches stay readable for at least 30 days, for a backfill from raw needs them."
  }
}

variable "raw_archive_class" {
  description = "Storage class of archived raw batches. GLACIER_IR reads at once; GLACIER and DEEP_ARCHIVE must be restored before."
  type        = string
  default     = "GLACIER"

  validation {
    condition     = contains(["GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"], var.raw_archive_class)
    error_message = "The archive class is GLACIER_IR, GLACIER or DEEP_ARCHIVE."
  }
}

variable "noncurrent_days" {
  description = "Days for which overwritten and deleted objects can be brought back."
  type        = number
  default     = 30
}

variable "log_days" {
  description = "Days for which access logs are kept."
  type        = number
  default     = 365
}

variable "results_days" {
  description = "Days for which Athena's results are kept."
  type        = number
  default     = 14
}

variable "force_destroy" {
  description = "Whether destroying the environment deletes its data. For environments that hold nothing of value."
  type        = bool
  default     = false
}

variable "key_deletion_days" {
  description = "Days between the key's deletion and its end, in which it can be brought back."
  type        = number
  default     = 30

  validation {
    condition     = var.key_deletion_days >= 7 && var.key_deletion_days <= 30
    error_message = "KMS takes 7 to 30 days."
  }
}
