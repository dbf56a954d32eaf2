# What every module is tried with: no account, no network.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_region" {
    defaults = { name = "eu-central-1" }
  }

  mock_resource "aws_db_instance" {
    defaults = {
      arn                = "arn:aws:rds:eu-central-1:123456789012:db:mock"
      address            = "db.example.internal"
      master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!db-1", kms_key_id = "k", secret_status = "active" }]
    }
  }
}

variables {
  name               = "sluice-dev"
  environment        = "dev"
  kms_key_arn        = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"
  subnet_ids         = ["subnet-1", "subnet-2"]
  security_group_ids = ["sg-1"]
  topic_arn          = "arn:aws:sns:eu-central-1:123456789012:alarms"
}

run "the_database_is_private_and_encrypted" {
  assert {
    condition     = !aws_db_instance.this[0].publicly_accessible
    error_message = "The database has no public address."
  }

  assert {
    condition     = aws_db_instance.this[0].storage_encrypted && aws_db_instance.this[0].kms_key_id == var.kms_key_arn && aws_db_instance.this[0].performance_insights_kms_key_id == var.kms_key_arn
    error_message = "Storage and insights are encrypted with the environment's key."
  }

  assert {
    condition     = alltrue([for group in values(aws_cloudwatch_log_group.this) : group.kms_key_id == var.kms_key_arn && group.retention_in_days > 0])
    error_message = "Logs are encrypted, and forgotten in time."
  }

  assert {
    condition     = one([for parameter in aws_db_parameter_group.this[0].parameter : parameter.value if parameter.name == "rds.force_ssl"]) == "1"
    error_message = "The database talks TLS only."
  }
}

run "the_password_is_nobodys" {
  assert {
    condition     = aws_db_instance.this[0].manage_master_user_password && aws_db_instance.this[0].password == null && aws_db_instance.this[0].master_user_secret_kms_key_id == var.kms_key_arn
    error_message = "RDS makes the password; it is neither in the configuration nor in the state."
  }

  assert {
    condition     = aws_secretsmanager_secret_rotation.this[0].rotation_rules[0].automatically_after_days == 30 && !aws_secretsmanager_secret_rotation.this[0].rotate_immediately
    error_message = "The password is rotated, not in the middle of an apply."
  }

  assert {
    condition     = output.secret_arn == "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!db-1"
    error_message = "The secret is handed on."
  }
}

run "the_database_can_be_got_back" {
  assert {
    condition     = aws_db_instance.this[0].deletion_protection && !aws_db_instance.this[0].skip_final_snapshot && aws_db_instance.this[0].final_snapshot_identifier != null
    error_message = "It refuses deletion, and leaves a snapshot."
  }

  assert {
    condition     = aws_db_instance.this[0].backup_retention_period >= 7 && !aws_db_instance.this[0].delete_automated_backups
    error_message = "Point-in-time recovery reaches back a week, also after the instance is gone."
  }

  assert {
    condition     = aws_db_instance.this[0].multi_az && !aws_db_instance.this[0].apply_immediately
    error_message = "A zone may fail, and changes wait for the window."
  }

  assert {
    condition     = aws_db_event_subscription.this[0].sns_topic == var.topic_arn && contains(aws_db_event_subscription.this[0].event_categories, "low storage")
    error_message = "The topic hears of what goes wrong."
  }
}

run "an_existing_database_is_only_named" {
  variables {
    existing = { host = "old.example.internal", database = "dataengineering", secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:old" }
  }

  assert {
    condition     = length(aws_db_instance.this) == 0 && length(aws_db_subnet_group.this) == 0 && length(aws_db_parameter_group.this) == 0 && length(aws_db_event_subscription.this) == 0
    error_message = "Nothing is made."
  }

  assert {
    condition     = output.jdbc_url == "jdbc:postgresql://old.example.internal:5432/dataengineering?sslmode=require"
    error_message = "The URL is that of the database given, without credentials."
  }
}

run "prod_keeps_its_protection" {
  command = plan

  variables {
    environment         = "prod"
    deletion_protection = false
  }

  expect_failures = [var.deletion_protection]
}

run "there_is_always_a_way_back" {
  command = plan

  variables {
    backup_retention_days = 0
  }

  expect_failures = [var.backup_retention_days]
}
