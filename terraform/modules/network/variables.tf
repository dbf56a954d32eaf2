variable "name" {
  description = "Prefix of every name, such as sluice-dev."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", var.name))
    error_message = "name is 3 to 32 lower-case letters, digits and dashes, beginning with a letter."
  }
}

variable "environment" {
  description = "The environment's name: dev, staging or prod."
  type        = string

  validation {
    condition     = contains(["dev", "staging", "prod"], var.environment)
    error_message = "environment is dev, staging or prod."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts what this module stores."
  type        = string

  validation {
    condition     = can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key, not of an alias."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that bounds every role made here; null for none. The seed demands one."
  type        = string
  default     = null
}

variable "vpc_id" {
  description = "ID of an existing VPC; null creates one. With it, subnet_ids and route_table_ids are needed."
  type        = string
  default     = null
}

variable "subnet_ids" {
  description = "Private subnets of the existing VPC, in two availability zones or more."
  type        = list(string)
  default     = []

  validation {
    condition     = var.vpc_id == null ? length(var.subnet_ids) == 0 : length(var.subnet_ids) >= 2
    error_message = "subnet_ids names two private subnets or more of the existing VPC, and is empty where the VPC is created."
  }
}

variable "route_table_ids" {
  description = "Route tables of those subnets, for the gateway endpoints."
  type        = list(string)
  default     = []

  validation {
    condition     = var.vpc_id == null ? length(var.route_table_ids) == 0 : length(var.route_table_ids) >= 1
    error_message = "route_table_ids names the route tables of the existing subnets, and is empty where the VPC is created."
  }
}

variable "cidr" {
  description = "Address range of the VPC that is created. It may not overlap what the VPN reaches."
  type        = string
  default     = "10.40.0.0/16"

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && try(tonumber(split("/", var.cidr)[1]) <= 20, false)
    error_message = "cidr is an IPv4 range of /20 or larger."
  }
}

variable "availability_zones" {
  description = "Availability zones of the private subnets; empty takes the region's first two."
  type        = list(string)
  default     = []

  validation {
    condition     = length(var.availability_zones) != 1
    error_message = "Name at least two availability zones: RDS and DMS refuse fewer."
  }
}

variable "gateway_endpoints" {
  description = "Whether S3 and DynamoDB gateway endpoints are made. False where an existing VPC has them."
  type        = bool
  default     = true
}

variable "interface_endpoints" {
  description = "AWS services reached through an interface endpoint, by their short names. Each costs by the hour and zone."
  type        = set(string)
  default     = ["glue", "kms", "logs", "monitoring", "secretsmanager", "sns", "states", "sts"]
}

variable "egress" {
  description = "A NAT gateway for sources on the internet, and the only addresses and TCP ports the jobs may reach through it; null for none."
  type = object({
    cidrs = list(string)
    ports = optional(list(number), [443])
  })
  default = null
}

variable "source_peers" {
  description = "Source databases by name: the port, and one of an address range or a security group."
  type = map(object({
    port              = number
    cidr              = optional(string)
    security_group_id = optional(string)
  }))
  default = {}

  validation {
    condition     = alltrue([for peer in values(var.source_peers) : (peer.cidr == null) != (peer.security_group_id == null)])
    error_message = "Each source has one of cidr and security_group_id."
  }

  validation {
    condition     = alltrue([for peer in values(var.source_peers) : coalesce(peer.cidr, "10.0.0.0/8") != "0.0.0.0/0"])
    error_message = "A source's cidr names its network, not 0.0.0.0/0."
  }
}

variable "database_clients" {
  description = "Security groups, by name, that read the target database besides the jobs: the application, an analyst's bastion."
  type        = map(string)
  default     = {}
}

variable "warehouse_clients" {
  description = "Security groups, by name, that reach the warehouse."
  type        = map(string)
  default     = {}
}

variable "vpn" {
  description = "A site-to-site VPN to an on-premises source; null for none. Give a transit gateway to attach it there, else it gets a virtual private gateway of its own."
  type = object({
    customer_gateway_ip = string
    bgp_asn             = optional(number, 65000)
    cidrs               = list(string)
    transit_gateway_id  = optional(string)
  })
  default = null

  validation {
    condition     = var.vpn == null ? true : can(cidrhost("${var.vpn.customer_gateway_ip}/32", 0)) && length(var.vpn.cidrs) > 0
    error_message = "vpn needs the IPv4 address of the customer's gateway and the ranges behind it."
  }
}

variable "flow_log_retention_days" {
  description = "Days for which the created VPC's flow logs are kept."
  type        = number
  default     = 30
}
