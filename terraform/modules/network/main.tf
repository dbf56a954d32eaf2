# A VPC whose subnets have no way to the internet, and the doors that the jobs need.

data "aws_region" "current" {}

data "aws_availability_zones" "available" {
  state = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

data "aws_subnet" "given" {
  for_each = toset(var.subnet_ids)

  id = each.value
}

locals {
  region  = data.aws_region.current.name
  creates = var.vpc_id == null
  zones = (
    length(var.availability_zones) > 0
    ? var.availability_zones
    : slice(sort(data.aws_availability_zones.available.names), 0, 2)
  )

  vpc_id          = local.creates ? aws_vpc.this[0].id : var.vpc_id
  subnet_ids      = local.creates ? [for zone in local.zones : aws_subnet.private[zone].id] : var.subnet_ids
  route_table_ids = local.creates ? [aws_route_table.private[0].id] : var.route_table_ids
}

resource "aws_vpc" "this" {
  count = local.creates ? 1 : 0

  cidr_block           = var.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = var.name }
}

# Without a rule, the group that every VPC begins with lets nothing in or out.
resource "aws_default_security_group" "this" {
  count = local.creates ? 1 : 0

  vpc_id = aws_vpc.this[0].id
}

resource "aws_subnet" "private" {
  for_each = local.creates ? { for index, zone in local.zones : zone => index } : {}

  vpc_id                  = aws_vpc.this[0].id
  availability_zone       = each.key
  cidr_block              = cidrsubnet(var.cidr, 4, each.value)
  map_public_ip_on_launch = false

  tags = { Name = "${var.name}-private-${each.key}" }
}

resource "aws_route_table" "private" {
  count = local.creates ? 1 : 0

  vpc_id           = aws_vpc.this[0].id
  propagating_vgws = local.virtual_gateway ? [aws_vpn_gateway.this[0].id] : []

  tags = { Name = "${var.name}-private" }
}

resource "aws_route_table_association" "private" {
  for_each = aws_subnet.private

  subnet_id      = each.value.id
  route_table_id = aws_route_table.private[0].id
}

# Flow logs: who spoke to whom, for the day when somebody asks.

resource "aws_cloudwatch_log_group" "flow" {
  count = local.creates ? 1 : 0

  name              = "/sluice/${var.environment}/vpc-flow/${var.name}"
  retention_in_days = var.flow_log_retention_days
  kms_key_id        = var.kms_key_arn
}

data "aws_iam_policy_document" "flow_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "flow" {
  count = local.creates ? 1 : 0

  statement {
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.flow[0].arn}:*"]
  }
}

resource "aws_iam_role" "flow" {
  count = local.creates ? 1 : 0

  name                 = "${var.name}-vpc-flow"
  assume_role_policy   = data.aws_iam_policy_document.flow_trust.json
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "flow" {
  count = local.creates ? 1 : 0

  name   = "write-flow-logs"
  role   = aws_iam_role.flow[0].id
  policy = data.aws_iam_policy_document.flow[0].json
}

resource "aws_flow_log" "this" {
  count = local.creates ? 1 : 0

  vpc_id          = aws_vpc.this[0].id
  traffic_type    = "ALL"
  log_destination = aws_cloudwatch_log_group.flow[0].arn
  iam_role_arn    = aws_iam_role.flow[0].arn
}
