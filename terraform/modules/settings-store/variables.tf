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

variable "kms_key_arn" {
  description = "ARN of the key that encrypts what this module stores."
  type        = string
}

variable "items_folder" {
  description = "Folder of settings items, *.json and *.yaml as 'sluice register' takes them, to be kept in the settings table; null for none."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether the tables refuse to be deleted. A lost bookmark table is a lake that must be read anew."
  type        = bool
  default     = true
}

variable "recovery_days" {
  description = "Days back to which the tables can be restored, point in time."
  type        = number
  default     = 35

  validation {
    condition     = var.recovery_days >= 1 && var.recovery_days <= 35
    error_message = "DynamoDB recovers 1 to 35 days."
  }
}
