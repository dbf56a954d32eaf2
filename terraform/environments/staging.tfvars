# Staging: production's shape at a smaller size.
environment = "staging"

sources = {
  shop = {
    schedule    = "rate(15 minutes)"
    time_zone   = "Europe/Copenhagen"
    connections = ["dataengineering-db"]
    secrets     = ["shop-reader"]
    crawlers    = { raw = true }
  }
}

workers            = { type = "G.1X", ingest = 4, load = 3, verify = 3, export = 3, maintain = 3, reconcile = 3 }
timeout_minutes    = 90
log_retention_days = 30
raw_archive_days   = 60
noncurrent_days    = 14
recovery_days      = 14

network = {
  source_peers = { shop = { port = 5432, cidr = "10.20.0.0/16" } }
}

database = {
  instance_class        = "db.t4g.small"
  multi_az              = false
  backup_retention_days = 7
}

audit  = { retention_days = 180 }
budget = { monthly_limit_usd = 600 }
backup = { daily_retention_days = 14, monthly_retention_days = 90 }
