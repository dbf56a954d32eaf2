#!/usr/bin/env bash
# Puts Terraform of TERRAFORM_VERSION on the path of the build, after checking its sum.
set -euo pipefail

if [[ "$(terraform version 2>/dev/null | head -1)" == "Terraform v$TERRAFORM_VERSION" ]]; then
  exit 0
fi
host=https://releases.hashicorp.com/terraform/$TERRAFORM_VERSION
archive=terraform_${TERRAFORM_VERSION}_linux_amd64.zip
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
curl -fsSLO --retry 5 "$host/$archive"
curl -fsSLO --retry 5 "$host/terraform_${TERRAFORM_VERSION}_SHA256SUMS"
grep -F "$archive" "terraform_${TERRAFORM_VERSION}_SHA256SUMS" | sha256sum --check --strict -
unzip -q "$archive" terraform
install -m 755 terraform /usr/local/bin/terraform
