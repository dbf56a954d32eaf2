# The two ways out of the private subnets, each made only where it is asked for: a NAT gateway and a VPN.

locals {
  nat             = local.creates && var.egress != null
  vpn             = var.vpn != null
  virtual_gateway = local.vpn && try(var.vpn.transit_gateway_id, null) == null
}

resource "aws_internet_gateway" "this" {
  count = local.nat ? 1 : 0

  vpc_id = local.vpc_id

  tags = { Name = var.name }
}

resource "aws_subnet" "public" {
  count = local.nat ? 1 : 0

  vpc_id                  = local.vpc_id
  availability_zone       = local.zones[0]
  cidr_block              = cidrsubnet(var.cidr, 8, 255)
  map_public_ip_on_launch = false

  tags = { Name = "${var.name}-nat" }
}

resource "aws_route_table" "public" {
  count = local.nat ? 1 : 0

  vpc_id = local.vpc_id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.this[0].id
  }

  tags = { Name = "${var.name}-nat" }
}

resource "aws_route_table_association" "public" {
  count = local.nat ? 1 : 0

  subnet_id      = aws_subnet.public[0].id
  route_table_id = aws_route_table.public[0].id
}

resource "aws_eip" "nat" {
  count = local.nat ? 1 : 0

  domain = "vpc"

  tags = { Name = "${var.name}-nat" }
}

resource "aws_nat_gateway" "this" {
  count = local.nat ? 1 : 0

  allocation_id = aws_eip.nat[0].id
  subnet_id     = aws_subnet.public[0].id

  tags = { Name = var.name }

  depends_on = [aws_internet_gateway.this]
}

resource "aws_route" "nat" {
  for_each = local.nat ? toset(var.egress.cidrs) : toset([])

  route_table_id         = aws_route_table.private[0].id
  destination_cidr_block = each.value
  nat_gateway_id         = aws_nat_gateway.this[0].id
}

resource "aws_customer_gateway" "this" {
  count = local.vpn ? 1 : 0

  type       = "ipsec.1"
  ip_address = var.vpn.customer_gateway_ip
  bgp_asn    = var.vpn.bgp_asn

  tags = { Name = var.name }
}

resource "aws_vpn_gateway" "this" {
  count = local.virtual_gateway ? 1 : 0

  vpc_id = local.vpc_id

  tags = { Name = var.name }
}

resource "aws_vpn_connection" "this" {
  count = local.vpn ? 1 : 0

  type                = "ipsec.1"
  customer_gateway_id = aws_customer_gateway.this[0].id
  vpn_gateway_id      = local.virtual_gateway ? aws_vpn_gateway.this[0].id : null
  transit_gateway_id  = var.vpn.transit_gateway_id
  static_routes_only  = local.virtual_gateway

  tunnel1_ike_versions = ["ikev2"]
  tunnel2_ike_versions = ["ikev2"]

  tags = { Name = var.name }
}

resource "aws_vpn_connection_route" "this" {
  for_each = local.virtual_gateway ? toset(var.vpn.cidrs) : toset([])

  vpn_connection_id      = aws_vpn_connection.this[0].id
  destination_cidr_block = each.value
}

resource "aws_ec2_transit_gateway_vpc_attachment" "this" {
  count = local.vpn && !local.virtual_gateway ? 1 : 0

  transit_gateway_id = var.vpn.transit_gateway_id
  vpc_id             = local.vpc_id
  subnet_ids         = local.subnet_ids

  tags = { Name = var.name }
}

resource "aws_route" "transit" {
  for_each = local.vpn && !local.virtual_gateway ? {
    for pair in setproduct(range(length(local.route_table_ids)), var.vpn.cidrs) : "${pair[0]}-${pair[1]}" => {
      route_table_id = local.route_table_ids[pair[0]]
      cidr           = pair[1]
    }
  } : {}

  route_table_id         = each.value.route_table_id
  destination_cidr_block = each.value.cidr
  transit_gateway_id     = var.vpn.transit_gateway_id

  depends_on = [aws_ec2_transit_gateway_vpc_attachment.this]
}

# An existing VPC's tables learn the on-premises ranges from the gateway.
resource "aws_vpn_gateway_route_propagation" "given" {
  for_each = local.virtual_gateway && !local.creates ? toset(var.route_table_ids) : toset([])

  vpn_gateway_id = aws_vpn_gateway.this[0].id
  route_table_id = each.value
}
