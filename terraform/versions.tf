terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  # The rest is given at init: bucket, key and region, as the seed's stack prints them.
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}
