# What the emulator cannot hold, switched off with the reason. Applied after dev.tfvars:
#   terraform apply -var-file=environments/dev.tfvars -var-file=environments/emulator.tfvars -var jar_key=...
# Each of these is proved by `terraform test` instead.

# RDS: a plan after the apply always finds custom parameters and performance insights changed. The Glue connection to it
# comes back without its type, and cannot be deleted. The rotation of its secret cannot be cancelled, so that destroy
# fails.
database = {
  instance_class        = "db.t4g.micro"
  storage               = { allocated = 20, max = 50 }
  multi_az              = false
  backup_retention_days = 1
  custom_parameters     = false
  performance_insights  = false
  connection            = ""
  rotation_days         = 0
}

# A budget's tags cannot be listed there, which the provider does; Cost Explorer's anomaly monitors do not exist.
budget = null

# A backup plan's selection of resources does not exist there, and the tags of vault and plan are forgotten.
backup = null

# Redshift, MSK, and DMS serverless do not exist there: warehouse, streaming.kafka and replication with kind serverless
# stay off, as in dev.

# What dev leaves off and the emulator can run is on, so that it is run: Fargate, for executions that ask for it.
container = {}
