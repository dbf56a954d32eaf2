# Staging: production's shape at a smaller size.
environment = "staging"

sources = {
  shop = {
    schedule  = "rate(15 minutes)"
    time_zone = "Europe/Copenhagen"
    secrets   = ["shop-reader", "dataengineering-db"]
  }
}

workers            = { type = "G.1X", ingest = 4, load = 3, verify = 3 }
timeout_minutes    = 90
log_retention_days = 30
raw_archive_days   = 60
noncurrent_days    = 14
recovery_days      = 14
