# Development: the same system, scaled down, with data that may be lost.
environment = "dev"

sources = {
  shop = {
    schedule        = "rate(15 minutes)"
    time_zone       = "Europe/Copenhagen"
    secrets         = ["shop-reader", "dataengineering-db"]
    silence_minutes = 120
    crawlers        = { raw = true }
  }
}

workers             = { type = "G.1X", ingest = 2, load = 2, verify = 2 }
timeout_minutes     = 60
deletion_protection = false
force_destroy       = true
log_retention_days  = 14
raw_archive_days    = null
noncurrent_days     = 7
recovery_days       = 7
