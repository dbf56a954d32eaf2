variable "project" {
  description = "What the names of all resources begin with; the environment follows."
  type        = string
  default     = "sluice"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,10}$", var.project))
    error_message = "The project is 2 to 11 lower-case letters, digits and hyphens: bucket and role names are short."
  }
}

variable "environment" {
  description = "Environment, by which sluice --environment finds it: dev, staging, prod."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,7}$", var.environment))
    error_message = "The environment is 2 to 8 lower-case letters and digits."
  }
}

variable "region" {
  description = "AWS region; null takes the environment variable AWS_REGION."
  type        = string
  default     = null
}

variable "tags" {
  description = "More tags of every resource."
  type        = map(string)
  default     = {}
}

variable "permissions_boundary_arn" {
  description = "ARN of the permissions boundary of every role: the seed's, where it deploys. Null for none."
  type        = string
  default     = null
}

variable "jar_key" {
  description = "Key of the job jar in the scripts bucket, jars/SHA-256/sluice-glue-jobs.jar. Every build has its own, so that a run in progress keeps its version."
  type        = string

  validation {
    condition     = can(regex("^jars/[0-9a-f]{64}/[^/]+\\.jar$", var.jar_key))
    error_message = "The jar's key is jars/SHA-256/NAME.jar with the file's SHA-256 in hexadecimal digits."
  }
}

variable "sources" {
  description = <<-E
    Sources that are brought into the lake, each with jobs, a state machine and a schedule of its own.
    schedule: rate(15 minutes), cron(...) or empty for none; time_zone: IANA name; enabled: false keeps the schedule off.
    crawl: never, on-drift or always, with crawlers; load: whether each run loads its databases; load_schedule: when to load
    apart from it, for off-peak loading. runtime: glue or fargate. connections: names of Glue connections of the source and
    its targets; secrets: names of their secrets, or of an endpoint's. landing: places like s3://bucket/prefix that the source's
    files are read from. workers and timeout_minutes: in place of the environment's.
    continuous: the ingest runs again every so many seconds in one job run, for so many minutes below timeout_minutes; the schedule
    starts the next job run, so let it be a short one. Each run loads too where load is true.
    maintenance_schedule: when tables are compacted and vacuumed, cron(...) in UTC or empty for none; reconcile_schedule: when
    those with reconcile that are due are compared with the source's keys.
    extra_jars: drivers of the source that Sluice does not hold, as s3:// URIs in the bucket of scripts.
    tables: limits in minutes (lake, database) in place of the items' freshness; silence_minutes: without any run, until the
    alarm; load_silence_minutes: without any load, by default silence_minutes where runs load, else 26 hours of load_schedule.
  E
  type = map(object({
    schedule      = optional(string, "rate(15 minutes)")
    time_zone     = optional(string, "UTC")
    enabled       = optional(bool, true)
    crawl         = optional(string, "never")
    load          = optional(bool, true)
    load_schedule = optional(string)
    runtime       = optional(string, "glue")
    connections   = optional(list(string), [])
    secrets       = optional(list(string), [])
    landing       = optional(list(string), [])
    crawlers = optional(object({
      source = optional(object({ connection = string, paths = list(string) }))
      raw    = optional(bool, false)
    }), {})
    workers              = optional(object({ type = optional(string, "G.1X"), ingest = optional(number, 10), load = optional(number, 5), verify = optional(number, 5), export = optional(number, 5), maintain = optional(number, 5), reconcile = optional(number, 5) }))
    timeout_minutes      = optional(number)
    continuous           = optional(object({ every_seconds = optional(number, 30), minutes = optional(number, 55) }))
    maintenance_schedule = optional(string, "cron(30 2 * * ? *)")
    reconcile_schedule   = optional(string, "cron(30 3 * * ? *)")
    extra_jars           = optional(list(string), [])
    tables               = optional(map(object({ lake = optional(number), database = optional(number) })), {})
    silence_minutes      = optional(number, 45)
    load_silence_minutes = optional(number)
  }))
  default = {}

  validation {
    condition     = alltrue([for source in keys(var.sources) : can(regex("^[a-z][a-z0-9_-]{0,27}$", source))])
    error_message = "A source's name is 1 to 28 lower-case letters, digits, hyphens and underscores."
  }

  validation {
    condition     = alltrue([for source in values(var.sources) : source.continuous == null || source.runtime == "glue"])
    error_message = "A source that is read continuously runs on Glue."
  }

  validation {
    condition     = alltrue([for place in flatten(values(var.sources)[*].landing) : can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^*/][^*]*)?$", place)) && !endswith(place, "/")])
    error_message = "A landing place is s3://bucket or s3://bucket/prefix, without a * and a slash at its end."
  }
}

variable "items_folder" {
  description = "Folder, seen from terraform/, whose settings items are kept in the settings table; null for none. sluice register and files may be mixed, but not for one item."
  type        = string
  default     = "sources"
}

variable "glue_connections" {
  description = "Glue connections of this environment, by name: JDBC URL, name of the secret that holds user and password, and where in the network."
  type = map(object({
    jdbc_url           = string
    secret             = string
    subnet_id          = optional(string)
    security_group_ids = optional(list(string))
    availability_zone  = optional(string)
  }))
  default = {}

  validation {
    condition     = alltrue([for connection in values(var.glue_connections) : !can(regex("(?i)(password|user)=", connection.jdbc_url))])
    error_message = "A JDBC URL holds no user and no password: these are in the secret."
  }
}

variable "workers" {
  description = "Worker type of the Glue jobs, and the number of workers that autoscaling may reach."
  type        = object({ type = optional(string, "G.1X"), ingest = optional(number, 10), load = optional(number, 5), verify = optional(number, 5), export = optional(number, 5), maintain = optional(number, 5), reconcile = optional(number, 5) })
  default     = {}
}

variable "timeout_minutes" {
  description = "Minutes after which Glue stops a run of a job."
  type        = number
  default     = 120
}

variable "deletion_protection" {
  description = "Whether stores refuse to be deleted: DynamoDB tables, databases."
  type        = bool
  default     = true
}

variable "force_destroy" {
  description = "Whether destroying the environment deletes the lake's data with it."
  type        = bool
  default     = false

  validation {
    condition     = !(var.force_destroy && var.environment == "prod")
    error_message = "Production's buckets are never deleted with what they hold."
  }
}

variable "log_retention_days" {
  description = "Days for which logs are kept."
  type        = number
  default     = 90
}

variable "raw_archive_days" {
  description = "Age in days at which raw batches move to Glacier; null keeps them."
  type        = number
  default     = 90
}

variable "noncurrent_days" {
  description = "Days for which overwritten and deleted objects can be brought back."
  type        = number
  default     = 30
}

variable "recovery_days" {
  description = "Days back to which the DynamoDB tables can be restored."
  type        = number
  default     = 35
}

variable "subscribers" {
  description = "Who is told of failures and alarms: e-mail addresses and HTTPS webhooks."
  type        = object({ email = optional(list(string), []), https = optional(list(string), []) })
  default     = {}
}

variable "metric_queries" {
  description = "Whether alarms may be Metrics Insights queries, which watch tables that only the settings table knows."
  type        = bool
  default     = true
}

variable "job_queuing" {
  description = "Whether a run of a Glue job waits for capacity, or for the run before it, instead of failing."
  type        = bool
  default     = true
}
