output "vpc_id" {
  description = "ID of the VPC, created or given."
  value       = local.vpc_id
}

output "subnet_ids" {
  description = "IDs of the private subnets, in the order of the availability zones."
  value       = local.subnet_ids
}

output "availability_zones" {
  description = "The private subnets' availability zones, in the same order; a Glue connection names its subnet's."
  value       = local.creates ? local.zones : [for id in var.subnet_ids : data.aws_subnet.given[id].availability_zone]
}

output "route_table_ids" {
  description = "Route tables of the private subnets."
  value       = local.route_table_ids
}

output "security_group_ids" {
  description = "Security groups by use: jobs, replication, database, warehouse, endpoints."
  value       = { for use, group in aws_security_group.this : use => group.id }
}

output "vpn_connection_id" {
  description = "The VPN connection; null without one."
  value       = one(aws_vpn_connection.this[*].id)
}

output "nat_address" {
  description = "The public address from which remote hosts see the jobs; null without a NAT gateway."
  value       = one(aws_eip.nat[*].public_ip)
}

output "interface_endpoints" {
  description = "AWS services that have an interface endpoint."
  value       = toset(keys(aws_vpc_endpoint.interface))
}
