# The PostgreSQL database dataengineering-db that the loader fills, or the coordinates of one that is there already.

locals {
  creates = var.existing == null
  count   = local.creates ? 1 : 0
  major   = split(".", var.engine_version)[0]
}

resource "aws_db_subnet_group" "this" {
  count = local.count

  name        = "${var.name}-dataengineering-db"
  description = "Private subnets of ${var.name}"
  subnet_ids  = var.subnet_ids
}

resource "aws_db_parameter_group" "this" {
  count = local.creates && var.custom_parameters ? 1 : 0

  name_prefix = "${var.name}-dataengineering-db-"
  family      = "postgres${local.major}"
  description = "TLS for everybody; statements over a second are logged"

  dynamic "parameter" {
    for_each = merge(
      { "rds.force_ssl" = "1", "log_min_duration_statement" = "1000" },
      var.parameters,
    )

    content {
      name         = parameter.key
      value        = parameter.value
      apply_method = "pending-reboot"
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_log_group" "this" {
  for_each = local.creates ? toset(["postgresql", "upgrade"]) : toset([])

  # RDS chooses the name. Made here, it is encrypted and forgets.
  name              = "/aws/rds/instance/${var.name}-dataengineering-db/${each.value}"
  retention_in_days = 30
  kms_key_id        = var.kms_key_arn
}

resource "aws_db_instance" "this" {
  count = local.count

  identifier     = "${var.name}-dataengineering-db"
  engine         = "postgres"
  engine_version = var.engine_version
  instance_class = var.instance_class
  db_name        = var.database
  port           = 5432

  # RDS makes the password, keeps it in Secrets Manager and rotates it; Terraform never sees it.
  username                      = "sluice_master"
  manage_master_user_password   = true
  master_user_secret_kms_key_id = var.kms_key_arn

  storage_type          = "gp3"
  allocated_storage     = var.storage.allocated
  max_allocated_storage = var.storage.max
  storage_encrypted     = true
  kms_key_id            = var.kms_key_arn

  db_subnet_group_name   = aws_db_subnet_group.this[0].name
  vpc_security_group_ids = var.security_group_ids
  publicly_accessible    = false
  multi_az               = var.multi_az
  ca_cert_identifier     = "rds-ca-rsa2048-g1"

  iam_database_authentication_enabled = true
  parameter_group_name                = one(aws_db_parameter_group.this[*].name)

  backup_retention_period  = var.backup_retention_days
  backup_window            = "02:00-03:00"
  maintenance_window       = "sun:03:30-sun:04:30"
  copy_tags_to_snapshot    = true
  delete_automated_backups = false

  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = !var.deletion_protection
  final_snapshot_identifier = var.deletion_protection ? "${var.name}-dataengineering-db-last" : null

  auto_minor_version_upgrade = true
  apply_immediately          = false

  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]

  performance_insights_enabled          = var.performance_insights
  performance_insights_kms_key_id       = var.performance_insights ? var.kms_key_arn : null
  performance_insights_retention_period = var.performance_insights ? 7 : null

  depends_on = [aws_cloudwatch_log_group.this]
}

# The secret is RDS's own, so there is no Lambda: this only says how often.
resource "aws_secretsmanager_secret_rotation" "this" {
  count = local.creates && var.rotation_days != null ? 1 : 0

  secret_id          = aws_db_instance.this[0].master_user_secret[0].secret_arn
  rotate_immediately = false

  rotation_rules {
    automatically_after_days = var.rotation_days
  }
}

resource "aws_db_event_subscription" "this" {
  count = local.count

  name        = "${var.name}-dataengineering-db"
  sns_topic   = var.topic_arn
  source_type = "db-instance"
  source_ids  = [aws_db_instance.this[0].identifier]

  event_categories = ["availability", "backup", "deletion", "failover", "failure", "low storage", "recovery"]
}
