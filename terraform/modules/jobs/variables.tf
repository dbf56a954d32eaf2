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

variable "source_name" {
  description = "Source whose tables the jobs bring: each source has its own, for Glue's bookmarks allow one run of a job at a time."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9_-]{0,27}$", var.source_name))
    error_message = "A source's name is 1 to 28 lower-case letters, digits, hyphens and underscores: roles are named after it."
  }
}

variable "glue_version" {
  description = "Glue's version. The jar is built for 5.1: Spark 3.5.6, Scala 2.12, Java 17."
  type        = string
  default     = "5.1"

  validation {
    condition     = startswith(var.glue_version, "5.")
    error_message = "The jar is built for Scala 2.12: Glue 5. Glue 6 is Scala 2.13."
  }
}

variable "jar_uri" {
  description = "Where the job jar is, s3://bucket/jars/CONTENT-HASH/sluice-glue-jobs.jar. A new jar has a new address, so that a run in progress keeps its own."
  type        = string

  validation {
    condition     = can(regex("^s3://[^/]+/.+\\.jar$", var.jar_uri))
    error_message = "The jar's address is s3://bucket/key.jar."
  }
}

variable "script_uri" {
  description = "Where the placeholder script is, s3://bucket/key.scala. Glue compiles it and runs the main class of the jar."
  type        = string
}

variable "bucket_names" {
  description = "Buckets of the zones: raw, curated, quarantine, scripts, results."
  type        = map(string)
}

variable "bucket_arns" {
  description = "ARNs of the zones' buckets: raw, curated, quarantine, scripts, results."
  type        = map(string)
}

variable "table_names" {
  description = "DynamoDB tables: settings, bookmarks, runs."
  type        = map(string)
}

variable "table_arns" {
  description = "ARNs of the DynamoDB tables: settings, bookmarks, runs."
  type        = map(string)
}

variable "workers" {
  description = "Worker type, and the number of workers that autoscaling may reach, for each job."
  type = object({
    type      = optional(string, "G.1X")
    ingest    = optional(number, 10)
    load      = optional(number, 5)
    verify    = optional(number, 5)
    export    = optional(number, 5)
    maintain  = optional(number, 5)
    reconcile = optional(number, 5)
  })
  default = {}

  validation {
    condition     = contains(["G.1X", "G.2X", "G.4X", "G.8X", "R.1X", "R.2X", "R.4X", "R.8X"], var.workers.type)
    error_message = "The worker type is G.1X to G.8X or R.1X to R.8X."
  }

  validation {
    condition     = alltrue([for count in [var.workers.ingest, var.workers.load, var.workers.verify, var.workers.export, var.workers.maintain, var.workers.reconcile] : count >= 2])
    error_message = "A Glue job has at least 2 workers."
  }
}

variable "extra_jars" {
  description = "Jars beside Sluice's own, like a database's driver, as s3:// URIs in the bucket of scripts: the jobs may read there."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for uri in var.extra_jars : can(regex("^s3://.+\\.jar$", uri))])
    error_message = "A jar is named by its s3:// URI."
  }
}

variable "maintenance_schedule" {
  description = "When tables are maintained, as Glue writes a schedule, in UTC; null for never."
  type        = string
  default     = "cron(30 2 * * ? *)"

  validation {
    condition     = var.maintenance_schedule == null || can(regex("^cron\\(.+\\)$", var.maintenance_schedule))
    error_message = "Glue's schedule is cron(minutes hours day-of-month month day-of-week year)."
  }
}

variable "reconcile_schedule" {
  description = "When tables that are due are compared with the source's keys, as Glue writes a schedule, in UTC; null for never."
  type        = string
  default     = "cron(30 3 * * ? *)"

  validation {
    condition     = var.reconcile_schedule == null || can(regex("^cron\\(.+\\)$", var.reconcile_schedule))
    error_message = "Glue's schedule is cron(minutes hours day-of-month month day-of-week year)."
  }
}

variable "topic_arn" {
  description = "Topic that is told of maintenance and reconciliations that failed; null for none."
  type        = string
  default     = null
}

variable "timeout_minutes" {
  description = "Minutes after which Glue stops a run. What it had committed stays; the next run goes on."
  type        = number
  default     = 120

  validation {
    condition     = var.timeout_minutes >= 5 && var.timeout_minutes <= 480
    error_message = "The timeout is 5 to 480 minutes: the state machines wait for 8 hours."
  }
}

variable "continuous" {
  description = "How the ingest runs again and again in one job run: seconds from the beginning of one to that of the next, for how many minutes, and whether each loads the databases. Null runs once."
  type        = object({ every_seconds = number, minutes = number, load = bool })
  default     = null

  validation {
    condition     = var.continuous == null || try(var.continuous.every_seconds >= 1 && floor(var.continuous.every_seconds) == var.continuous.every_seconds, false)
    error_message = "Runs follow each other by whole seconds, at least 1."
  }

  validation {
    condition     = var.continuous == null || try(var.continuous.minutes >= 1 && floor(var.continuous.minutes) == var.continuous.minutes && var.continuous.minutes + 5 <= var.timeout_minutes, false)
    error_message = "Runs go on for whole minutes, at least 1, and end 5 minutes before timeout_minutes: the last one needs its time."
  }
}

variable "connections" {
  description = "Glue connections the jobs run in and look endpoints up in: the source's and its targets'."
  type        = list(string)
  default     = []
}

variable "placement" {
  description = "Subnets and security groups of those connections, which alone the jobs may enter; null where a connection is made elsewhere, and they may enter any."
  type        = object({ subnet_ids = list(string), security_group_ids = list(string) })
  default     = null
}

variable "secret_arns" {
  description = "ARNs of the secrets the jobs read: the source's and its targets'. A trailing -?????? stands for the suffix that Secrets Manager adds."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.secret_arns : can(regex("^arn:[^:]+:secretsmanager:[^:]+:[0-9]+:secret:[^*]+$", arn))])
    error_message = "Each is the ARN of one secret, without a *."
  }
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

variable "crawlers" {
  description = "Crawlers: source (what to crawl behind a connection, schema by schema) and raw (the raw batches). Both optional, for a crawl takes ten minutes."
  type = object({
    source = optional(object({ connection = string, paths = list(string) }))
    raw    = optional(bool, false)
  })
  default = {}
}

variable "log_retention_days" {
  description = "Days for which the jobs' logs are kept."
  type        = number
  default     = 90
}

variable "extra_arguments" {
  description = "More default arguments of every job, name to value."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.extra_arguments) : startswith(name, "--") && !contains(["--JOB_NAME", "--debug", "--mode", "--endpoint"], name)])
    error_message = "An argument begins with --, and Glue keeps --JOB_NAME, --debug, --mode and --endpoint for itself."
  }
}

variable "queuing" {
  description = "Whether a run waits for capacity, or for the run before it, instead of failing."
  type        = bool
  default     = true
}
