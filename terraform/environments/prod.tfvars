# Production.
environment = "prod"

sources = {
  shop = {
    schedule  = "rate(15 minutes)"
    time_zone = "Europe/Copenhagen"
    secrets   = ["shop-reader", "dataengineering-db"]
  }
}

workers             = { type = "G.1X", ingest = 10, load = 5, verify = 10 }
deletion_protection = true
log_retention_days  = 365
