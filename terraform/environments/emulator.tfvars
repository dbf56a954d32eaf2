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

# What dev leaves off and the emulator can run is on, so that it is run: Fargate, for executions that ask for it.
container = {}

# Never applied to the emulator, because dev itself is without them; each is null by default, and its module's own tests
# prove what it makes:
#   streaming        no source of dev streams; MSK, for streaming.kafka, does not exist there either
#   replication      Sluice's own jobs load dev's database; DMS serverless does not exist there either
#   network.vpn      dev's source is reached by a peered network, not on premises; the module network makes it
#   warehouse        nobody asks Redshift in dev; Redshift does not exist there either
