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

variable "subscribers" {
  description = "Who is told: e-mail addresses and HTTPS webhooks. Each must confirm."
  type = object({
    email = optional(list(string), [])
    https = optional(list(string), [])
  })
  default = {}

  validation {
    condition     = alltrue([for address in var.subscribers.email : can(regex("^[^@ ]+@[^@ ]+$", address))]) && alltrue([for url in var.subscribers.https : startswith(url, "https://")])
    error_message = "E-mail subscribers are addresses, webhooks begin with https://."
  }
}

variable "sources" {
  description = "What to watch of each source: tables with limits in minutes that the alarms know by themselves, minutes without any run, and without any load, after which silence is an alarm (null for sources without a schedule, or without loads), and whether it is loaded into databases."
  type = map(object({
    tables               = optional(map(object({ lake = optional(number), database = optional(number) })), {})
    silence_minutes      = optional(number)
    load_silence_minutes = optional(number)
    loads                = optional(bool, true)
    jobs                 = optional(map(string), {})
  }))

  validation {
    condition     = alltrue(flatten([for source in values(var.sources) : [for minutes in [source.silence_minutes, source.load_silence_minutes] : minutes == null || try(minutes >= 10 && minutes <= 10080, false)]]))
    error_message = "Silence is watched over 10 minutes to 7 days."
  }
}

variable "machine_arns" {
  description = "ARNs of the state machines to watch, by short name."
  type        = map(string)
}

variable "table_names" {
  description = "DynamoDB tables to watch for throttles, by short name."
  type        = map(string)
}

variable "dead_letter_queues" {
  description = "Names of dead letter queues to watch, by short name."
  type        = map(string)
  default     = {}
}

variable "schedule_group" {
  description = "Group of schedules to watch for starts that fail."
  type        = string
}

variable "metric_queries" {
  description = "Whether to watch, by a Metrics Insights query, tables that are registered in the settings table alone. Off where CloudWatch knows no such queries."
  type        = bool
  default     = true
}
