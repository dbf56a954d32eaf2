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

variable "permissions_boundary_arn" {
  description = "ARN of the permissions boundary of every role; null for none."
  type        = string
  default     = null
}

variable "sources" {
  description = "Sources, each with its schedule: when (rate(...) or cron(...), null for never), in which time zone, whether the ingest crawls (never, on-drift, always), whether it loads at once, where it runs (glue, fargate), and when to load apart from it (load_schedule, for off-peak loading)."
  type = map(object({
    schedule      = optional(string)
    time_zone     = optional(string, "UTC")
    enabled       = optional(bool, true)
    crawl         = optional(string, "never")
    load          = optional(bool, true)
    load_schedule = optional(string)
    runtime       = optional(string, "glue")
    jobs          = map(string)
    log_prefixes  = map(string)
    crawler       = optional(string, "")
  }))

  validation {
    condition     = alltrue([for source in values(var.sources) : contains(["never", "on-drift", "always"], source.crawl)])
    error_message = "crawl is never, on-drift or always."
  }

  validation {
    condition     = alltrue([for source in values(var.sources) : source.crawl == "never" || source.crawler != ""])
    error_message = "A source that crawls has a crawler."
  }

  validation {
    condition     = alltrue([for source in values(var.sources) : contains(["glue", "fargate"], source.runtime)])
    error_message = "runtime is glue or fargate."
  }

  validation {
    condition     = alltrue(flatten([for source in values(var.sources) : [for when in [source.schedule, source.load_schedule] : when == null || can(regex("^(rate|cron|at)\\(.+\\)$", when))]]))
    error_message = "A schedule is rate(15 minutes), cron(0/15 * * * ? *) or at(2026-01-31T00:00:00)."
  }
}

variable "runs_table" {
  description = "DynamoDB table of runs and locks, by name and ARN."
  type        = object({ name = string, arn = string })
}

variable "topic_arn" {
  description = "Topic that failures are told to."
  type        = string
}

variable "fargate" {
  description = "Where a source with runtime fargate runs; task definitions and their roles by job: ingest, load. Null without."
  type = object({
    cluster_arn          = string
    task_definition_arns = map(string)
    container_name       = string
    subnet_ids           = list(string)
    security_group_ids   = list(string)
    task_role_arns       = map(string)
    execution_role_arn   = string
    log_group_name       = string
  })
  default = null
}

variable "flexible_window_minutes" {
  description = "Minutes within which a schedule may start, so that sources do not all start at once; 0 starts them to the minute."
  type        = number
  default     = 0

  validation {
    condition     = var.flexible_window_minutes >= 0 && var.flexible_window_minutes <= 1440
    error_message = "The window is 0 to 1440 minutes."
  }
}

variable "log_retention_days" {
  description = "Days for which the state machines' logs are kept."
  type        = number
  default     = 90
}
