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

  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-central-1c", "eu-central-1a", "eu-central-1b"] }
  }

  mock_data "aws_prefix_list" {
    defaults = { id = "pl-12345678" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-central-1:123456789012:log-group:mock" }
  }
}

variables {
  name                     = "sluice-dev"
  environment              = "dev"
  kms_key_arn              = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"
  permissions_boundary_arn = "arn:aws:iam::123456789012:policy/sluice-dev-boundary"
}

run "subnets_are_private" {
  assert {
    condition     = length(aws_subnet.private) == 2 && alltrue([for subnet in values(aws_subnet.private) : !subnet.map_public_ip_on_launch])
    error_message = "Two subnets, and none gives out public addresses."
  }

  assert {
    condition     = length(aws_internet_gateway.this) == 0 && length(aws_nat_gateway.this) == 0 && length(aws_vpn_connection.this) == 0
    error_message = "There is no way out that nobody asked for."
  }

  assert {
    condition     = length(aws_vpc_security_group_egress_rule.internet) == 0
    error_message = "Without egress the jobs reach no address of the internet."
  }

  assert {
    condition     = output.availability_zones == tolist(["eu-central-1a", "eu-central-1b"])
    error_message = "The zones are the region's first two by name, so that a plan does not depend on the order of an answer."
  }
}

run "stores_are_reached_without_the_internet" {
  assert {
    condition     = toset(keys(aws_vpc_endpoint.gateway)) == toset(["dynamodb", "s3"]) && alltrue([for endpoint in values(aws_vpc_endpoint.gateway) : endpoint.vpc_endpoint_type == "Gateway"])
    error_message = "S3 and DynamoDB have gateway endpoints."
  }

  assert {
    condition     = alltrue([for endpoint in values(aws_vpc_endpoint.interface) : endpoint.private_dns_enabled])
    error_message = "Interface endpoints answer under the services' own names."
  }

  assert {
    condition     = alltrue([for name in ["glue", "kms", "logs", "secretsmanager", "sns", "sts"] : contains(keys(aws_vpc_endpoint.interface), name)])
    error_message = "What a job talks to has an endpoint."
  }
}

run "security_groups_name_their_peers" {
  variables {
    source_peers = { shop = { port = 5432, cidr = "10.99.0.0/16" } }
  }

  assert {
    condition = alltrue([
      for rule in concat(
        values(aws_vpc_security_group_ingress_rule.peer),
        values(aws_vpc_security_group_ingress_rule.database_client),
        values(aws_vpc_security_group_ingress_rule.warehouse_client),
        [aws_vpc_security_group_ingress_rule.executors],
      ) : rule.cidr_ipv4 == null && rule.referenced_security_group_id != null
    ])
    error_message = "Nothing is let in by address: every rule names a group."
  }

  assert {
    condition     = alltrue([for rule in values(aws_vpc_security_group_egress_rule.source) : rule.cidr_ipv4 == "10.99.0.0/16" && rule.from_port == 5432 && rule.to_port == 5432])
    error_message = "A source is reached at its own network and port only."
  }

  assert {
    condition     = toset(keys(aws_vpc_security_group_egress_rule.source)) == toset(["jobs-to-shop", "replication-to-shop"])
    error_message = "Jobs and DMS reach sources; nothing else does."
  }

  assert {
    condition     = length(aws_default_security_group.this[0].ingress) == 0 && length(aws_default_security_group.this[0].egress) == 0
    error_message = "The VPC's first group lets nothing through."
  }
}

run "traffic_is_recorded" {
  assert {
    condition     = aws_flow_log.this[0].traffic_type == "ALL" && aws_cloudwatch_log_group.flow[0].kms_key_id == var.kms_key_arn
    error_message = "Flow logs are kept, encrypted."
  }

  assert {
    condition     = aws_iam_role.flow[0].permissions_boundary == var.permissions_boundary_arn
    error_message = "The role is bounded."
  }
}

run "remote_hosts_are_reached_by_the_ports_asked_for" {
  variables {
    egress = { cidrs = ["198.51.100.0/24"], ports = [443] }
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 1 && !aws_subnet.public[0].map_public_ip_on_launch
    error_message = "A NAT gateway is made, and its subnet gives out no public addresses."
  }

  assert {
    condition     = keys(aws_vpc_security_group_egress_rule.internet) == ["198.51.100.0/24:443"] && keys(aws_route.nat) == ["198.51.100.0/24"]
    error_message = "Jobs reach what was named, and have a route to no more."
  }
}

run "an_on_premises_source_is_reached_by_vpn" {
  variables {
    vpn = { customer_gateway_ip = "203.0.113.7", cidrs = ["10.99.0.0/16"] }
  }

  assert {
    condition     = length(aws_vpn_gateway.this) == 1 && aws_vpn_connection.this[0].static_routes_only && keys(aws_vpn_connection_route.this) == ["10.99.0.0/16"]
    error_message = "Without a transit gateway the VPN has a gateway of its own and static routes."
  }

  assert {
    condition     = aws_vpn_connection.this[0].tunnel1_ike_versions == toset(["ikev2"]) && aws_vpn_connection.this[0].tunnel2_ike_versions == toset(["ikev2"])
    error_message = "Tunnels speak IKEv2 only."
  }
}

run "a_vpn_attaches_to_a_transit_gateway" {
  variables {
    vpn = { customer_gateway_ip = "203.0.113.7", cidrs = ["10.99.0.0/16"], transit_gateway_id = "tgw-1" }
  }

  assert {
    condition     = length(aws_vpn_gateway.this) == 0 && aws_vpn_connection.this[0].transit_gateway_id == "tgw-1" && length(aws_ec2_transit_gateway_vpc_attachment.this) == 1
    error_message = "The transit gateway given is used."
  }

  assert {
    condition     = keys(aws_route.transit) == ["0-10.99.0.0/16"]
    error_message = "The private subnets have a route to it."
  }
}

run "an_existing_vpc_is_left_as_it_is" {
  variables {
    vpc_id          = "vpc-1"
    subnet_ids      = ["subnet-1", "subnet-2"]
    route_table_ids = ["rtb-1"]
  }

  assert {
    condition     = length(aws_vpc.this) == 0 && length(aws_subnet.private) == 0 && length(aws_route_table.private) == 0 && length(aws_default_security_group.this) == 0
    error_message = "Nothing of the VPC itself is made."
  }

  assert {
    condition     = output.subnet_ids == tolist(["subnet-1", "subnet-2"]) && output.vpc_id == "vpc-1"
    error_message = "What was given is handed on."
  }
}

run "an_existing_vpc_needs_its_subnets" {
  command = plan

  variables {
    vpc_id = "vpc-1"
  }

  expect_failures = [var.subnet_ids, var.route_table_ids]
}

run "a_source_is_not_the_whole_internet" {
  command = plan

  variables {
    source_peers = { shop = { port = 5432, cidr = "0.0.0.0/0" } }
  }

  expect_failures = [var.source_peers]
}
