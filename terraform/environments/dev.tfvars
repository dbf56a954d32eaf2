# Development: the same system, scaled down, with data that may be lost.
environment = "dev"

sources = {
  shop = {
    schedule        = "rate(15 minutes)"
    time_zone       = "Europe/Copenhagen"
    connections     = ["dataengineering-db"]
    secrets         = ["shop-reader"]
    silence_minutes = 120
    crawlers        = { raw = true }
  }
}

workers             = { type = "G.1X", ingest = 2, load = 2, verify = 2, export = 2, maintain = 2, reconcile = 2 }
timeout_minutes     = 60
deletion_protection = false
force_destroy       = true
log_retention_days  = 14
raw_archive_days    = null
noncurrent_days     = 7
recovery_days       = 7

network = {
  # The endpoints that a run needs, one network interface per zone and hour each.
  interface_endpoints = ["glue", "kms", "logs", "monitoring", "secretsmanager", "sns", "sts"]
  source_peers        = { shop = { port = 5432, cidr = "10.20.0.0/16" } }
}

database = {
  instance_class        = "db.t4g.micro"
  storage               = { allocated = 20, max = 50 }
  multi_az              = false
  backup_retention_days = 1
}

query  = { bytes_scanned_limit = 10737418240 }
audit  = { retention_days = 180 }
budget = { monthly_limit_usd = 450 }
backup = { daily_retention_days = 7, monthly_retention_days = 180 }
