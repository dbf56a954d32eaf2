# Fargate runs the same jar as Glue, for small sources and for those that Glue is too big for.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  container_name = "sluice"
  account_id     = data.aws_caller_identity.current.account_id
  region         = data.aws_region.current.name
  partition      = data.aws_partition.current.partition
  glue           = "arn:${local.partition}:glue:${local.region}:${local.account_id}"

  # Each job with the zones that it reads. They serve all sources that run here, as the image does.
  jobs = {
    ingest = { read = ["raw", "curated", "quarantine"], about = "Brings tables to raw and curated, on Fargate" }
    load   = { read = ["curated"], about = "Loads curated tables into their databases, on Fargate" }
    verify = { read = ["raw", "curated", "quarantine"], about = "Compares curated with source and databases, on Fargate" }
  }
}

resource "aws_ecr_repository" "this" {
  name                 = "${var.name}-jobs"
  image_tag_mutability = "IMMUTABLE"
  force_delete         = var.repository_force_delete

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = var.kms_key_arn
  }

  image_scanning_configuration {
    scan_on_push = true
  }
}

# Images of earlier deployments stay: a run in progress and a way back need them.
resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.this.name

  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Keep the last thirty images"
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 30 }
      action       = { type = "expire" }
    }]
  })
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/sluice/${var.environment}/container/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_ecs_cluster" "this" {
  name = var.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE"]

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
}

resource "aws_ecs_task_definition" "this" {
  for_each = local.jobs

  family                   = "${var.name}-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task[each.key].arn

  # An execution that began with an earlier revision ends with it.
  skip_destroy = true

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "X86_64"
  }

  # Spark's shuffle and scratch files.
  ephemeral_storage {
    size_in_gib = 50
  }

  volume {
    name = "scratch"
  }

  container_definitions = jsonencode([{
    name                   = local.container_name
    image                  = "${aws_ecr_repository.this.repository_url}:${var.image_tag}"
    essential              = true
    user                   = "10001"
    readonlyRootFilesystem = true
    command                = [each.key]

    environment = [
      { name = "AWS_REGION", value = local.region },
      { name = "SLUICE_ARGUMENTS", value = join(" ", [for name in sort(keys(var.arguments)) : "--${name} ${var.arguments[name]}"]) },
    ]

    mountPoints = [{ sourceVolume = "scratch", containerPath = "/tmp", readOnly = false }]

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this.name
        awslogs-region        = local.region
        awslogs-stream-prefix = "job"
      }
    }
  }])
}
