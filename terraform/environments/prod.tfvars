# Production.
environment = "prod"

sources = {
  shop = {
    schedule    = "rate(15 minutes)"
    time_zone   = "Europe/Copenhagen"
    connections = ["dataengineering-db"]
    secrets     = ["shop-reader"]
    crawlers    = { raw = true }
  }
}

workers             = { type = "G.1X", ingest = 10, load = 5, verify = 10, export = 5, maintain = 5, reconcile = 5 }
deletion_protection = true
log_retention_days  = 365

network = {
  source_peers = { shop = { port = 5432, cidr = "10.20.0.0/16" } }
}

database = {
  instance_class        = "db.m7g.large"
  storage               = { allocated = 200, max = 2000 }
  multi_az              = true
  backup_retention_days = 35
}

audit  = { retention_days = 400 }
budget = { monthly_limit_usd = 2500 }
backup = { daily_retention_days = 35, monthly_retention_days = 365 }
