# Each part of the surroundings is one variable: null is without it.

variable "network" {
  description = "Private network of jobs and databases: a VPC of its own, or vpc_id with subnets. source_peers name the source databases, vpn the way to those on premises, egress the remote hosts. interface_endpoints: with a container, those of its image registry come to them, unless empty. Null without: then jobs reach public endpoints alone."
  type = object({
    vpc_id              = optional(string)
    subnet_ids          = optional(list(string), [])
    route_table_ids     = optional(list(string), [])
    cidr                = optional(string, "10.40.0.0/16")
    availability_zones  = optional(list(string), [])
    interface_endpoints = optional(set(string), ["glue", "kms", "logs", "monitoring", "secretsmanager", "sns", "states", "sts"])
    egress              = optional(object({ cidrs = list(string), ports = optional(list(number), [443]) }))
    source_peers        = optional(map(object({ port = number, cidr = optional(string), security_group_id = optional(string) })), {})
    database_clients    = optional(map(string), {})
    warehouse_clients   = optional(map(string), {})
    vpn                 = optional(object({ customer_gateway_ip = string, bgp_asn = optional(number, 65000), cidrs = list(string), transit_gateway_id = optional(string) }))
  })
  default = null
}

variable "database" {
  description = "The RDS PostgreSQL that curated tables are loaded into, or an existing one; connection: name of the Glue connection that settings reach it by, empty for none; rotation_days: of its password, 0 leaves RDS's own seven. Needs the network."
  type = object({
    existing              = optional(object({ host = string, port = optional(number, 5432), database = string, secret_arn = string }))
    engine_version        = optional(string, "16")
    instance_class        = optional(string, "db.t4g.medium")
    storage               = optional(object({ allocated = optional(number, 50), max = optional(number, 500) }), {})
    multi_az              = optional(bool, true)
    backup_retention_days = optional(number, 14)
    custom_parameters     = optional(bool, true)
    performance_insights  = optional(bool, true)
    connection            = optional(string, "dataengineering-db")
    rotation_days         = optional(number, 30)
  })
  default = null

  validation {
    condition     = var.database == null || var.network != null
    error_message = "A database needs the network: set the variable network."
  }
}

variable "query" {
  description = "Athena: a workgroup per source with a limit in bytes per query, and named queries by source and name."
  type = object({
    bytes_scanned_limit = optional(number, 107374182400)
    named_queries       = optional(map(map(object({ description = string, sql = string }))), {})
  })
  default = {}
}

variable "warehouse" {
  description = "Redshift Serverless with an external schema over the curated tables of one source. Needs the network."
  type = object({
    source            = string
    base_capacity     = optional(number, 8)
    max_capacity      = optional(number, 16)
    monthly_rpu_hours = optional(number, 200)
  })
  default = null

  validation {
    condition     = var.warehouse == null || var.network != null
    error_message = "The warehouse needs the network: set the variable network."
  }
}

variable "streaming" {
  description = "Live streams: Kinesis and Firehose to the landing folder of raw, and a connection to Kafka (MSK or another). Kafka needs the network."
  type = object({
    stream = optional(object({ prefix = optional(string, "landing/stream"), shards = optional(number), retention_hours = optional(number, 48), buffer_seconds = optional(number, 300), buffer_mb = optional(number, 64) }))
    kafka  = optional(object({ bootstrap_servers = optional(string), secret_arn = optional(string) }))
  })
  default = null

  validation {
    condition     = try(var.streaming.kafka, null) == null || var.network != null
    error_message = "Kafka needs the network: set the variable network."
  }
}

variable "replication" {
  description = "DMS, the other way to load a database or to replicate a source; without target_database its change files land in raw. function_key: the zip of the Lambda that starts it, in place of the build's. Needs the network."
  type = object({
    kind                 = optional(string, "instance")
    instance_class       = optional(string, "dms.t3.medium")
    max_capacity_units   = optional(number, 4)
    multi_az             = optional(bool, false)
    source_database      = object({ engine = string, database = string, secret_arn = string, ssl_mode = optional(string, "require"), attributes = optional(string) })
    target_database      = optional(object({ database = string, secret_arn = string }))
    migration_type       = optional(string, "full-load-and-cdc")
    tables               = list(object({ schema = string, table = string }))
    schedule             = optional(object({ expression = optional(string, "cron(0 2 * * ? *)"), time_zone = optional(string, "UTC"), enabled = optional(bool, true) }), {})
    function_key         = optional(string)
    create_account_roles = optional(bool, false)
  })
  default = null

  validation {
    condition     = var.replication == null || var.network != null
    error_message = "Replication needs the network: set the variable network."
  }

  validation {
    condition     = var.replication == null || try(var.replication.function_key, null) != null || var.replication_package_key != null
    error_message = "Replication needs its Lambda: the build gives replication_package_key."
  }
}

variable "container" {
  description = "Fargate, for sources with runtime fargate; image_tag: in place of the build's. Needs the network."
  type        = object({ image_tag = optional(string), cpu = optional(number, 1024), memory = optional(number, 4096) })
  default     = null

  validation {
    condition     = var.container == null || var.network != null
    error_message = "Fargate needs the network: set the variable network."
  }

  validation {
    condition     = var.container == null || try(var.container.image_tag, null) != null || var.image_tag != null
    error_message = "Fargate needs an image: the build gives image_tag."
  }
}

variable "audit" {
  description = "CloudTrail over the stores: who changed or read what."
  type        = object({ retention_days = optional(number, 400) })
  default     = {}
}

variable "budget" {
  description = "The month's budget in US dollars, with alerts; anomaly detection with an existing monitor of the account, or one of its own."
  type = object({
    monthly_limit_usd   = number
    notify              = optional(bool, true)
    anomaly_detection   = optional(bool, true)
    anomaly_monitor_arn = optional(string)
    anomaly_usd         = optional(number, 20)
  })
  default = null
}

variable "backup" {
  description = "AWS Backup of the DynamoDB tables and the database, kept apart from them."
  type = object({
    time_zone              = optional(string, "UTC")
    daily_retention_days   = optional(number, 35)
    monthly_retention_days = optional(number, 365)
    select_resources       = optional(bool, true)
  })
  default = {}
}
