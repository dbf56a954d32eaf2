# Every rule names its peer: a group, a prefix list, or the source's own network.

locals {
  groups = {
    jobs        = "Glue jobs, crawlers and Fargate tasks"
    replication = "DMS"
    database    = "The target database"
    warehouse   = "The warehouse"
    endpoints   = "Interface endpoints"
  }

  # client group -> server group, port
  peers = {
    jobs-to-database         = { from = "jobs", to = "database", port = 5432 }
    jobs-to-warehouse        = { from = "jobs", to = "warehouse", port = 5439 }
    jobs-to-endpoints        = { from = "jobs", to = "endpoints", port = 443 }
    replication-to-database  = { from = "replication", to = "database", port = 5432 }
    replication-to-endpoints = { from = "replication", to = "endpoints", port = 443 }
  }

  to_sources = merge([
    for group in ["jobs", "replication"] : {
      for name, peer in var.source_peers : "${group}-to-${name}" => merge(peer, { group = group })
    }
  ]...)

  to_gateways = merge([
    for group in ["jobs", "replication", "warehouse"] : {
      for service in ["dynamodb", "s3"] : "${group}-to-${service}" => { group = group, service = service }
    }
  ]...)

  egress = var.egress == null ? {} : {
    for pair in setproduct(var.egress.cidrs, var.egress.ports) : "${pair[0]}:${pair[1]}" => { cidr = pair[0], port = pair[1] }
  }
}

resource "aws_security_group" "this" {
  for_each = local.groups

  name        = "${var.name}-${each.key}"
  description = each.value
  vpc_id      = local.vpc_id

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_vpc_security_group_egress_rule" "peer" {
  for_each = local.peers

  security_group_id            = aws_security_group.this[each.value.from].id
  referenced_security_group_id = aws_security_group.this[each.value.to].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port

  tags = { Name = each.key }
}

resource "aws_vpc_security_group_ingress_rule" "peer" {
  for_each = local.peers

  security_group_id            = aws_security_group.this[each.value.to].id
  referenced_security_group_id = aws_security_group.this[each.value.from].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port

  tags = { Name = each.key }
}

# Glue refuses a connection whose group does not let its own members talk on every TCP port: driver and executors do.
resource "aws_vpc_security_group_ingress_rule" "executors" {
  security_group_id            = aws_security_group.this["jobs"].id
  referenced_security_group_id = aws_security_group.this["jobs"].id
  ip_protocol                  = "tcp"
  from_port                    = 0
  to_port                      = 65535

  tags = { Name = "Spark driver and executors" }
}

resource "aws_vpc_security_group_egress_rule" "executors" {
  security_group_id            = aws_security_group.this["jobs"].id
  referenced_security_group_id = aws_security_group.this["jobs"].id
  ip_protocol                  = "tcp"
  from_port                    = 0
  to_port                      = 65535

  tags = { Name = "Spark driver and executors" }
}

resource "aws_vpc_security_group_egress_rule" "gateway" {
  for_each = local.to_gateways

  security_group_id = aws_security_group.this[each.value.group].id
  prefix_list_id    = data.aws_prefix_list.gateway[each.value.service].id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443

  tags = { Name = each.key }
}

resource "aws_vpc_security_group_egress_rule" "source" {
  for_each = local.to_sources

  security_group_id            = aws_security_group.this[each.value.group].id
  cidr_ipv4                    = each.value.cidr
  referenced_security_group_id = each.value.security_group_id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port

  tags = { Name = each.key }
}

resource "aws_vpc_security_group_egress_rule" "internet" {
  for_each = local.egress

  security_group_id = aws_security_group.this["jobs"].id
  cidr_ipv4         = each.value.cidr
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port

  tags = { Name = "jobs-to-remote-hosts" }
}

resource "aws_vpc_security_group_ingress_rule" "database_client" {
  for_each = var.database_clients

  security_group_id            = aws_security_group.this["database"].id
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432

  tags = { Name = "${each.key}-to-database" }
}

resource "aws_vpc_security_group_ingress_rule" "warehouse_client" {
  for_each = var.warehouse_clients

  security_group_id            = aws_security_group.this["warehouse"].id
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = 5439
  to_port                      = 5439

  tags = { Name = "${each.key}-to-warehouse" }
}
