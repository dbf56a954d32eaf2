#!/usr/bin/env bash
# Destroys what Terraform made of the environment, after asking. What the file of the environment protects stays and is named.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/settings.sh"

terraform_init
# Nothing is read of these; they have no default because nothing is deployed without them.
unread=$(printf '0%.0s' {1..64})
terraform -chdir="$root/terraform" destroy -lock-timeout=15m \
  -var-file="environments/$ENVIRONMENT.tfvars" -var="project=$PROJECT" -var="region=$AWS_REGION" \
  -var="jar_key=jars/$unread/sluice-glue-jobs.jar" -var="artifact_bucket=$ARTIFACT_BUCKET" \
  -var="replication_package_key=functions/$unread/start_replication.zip" -var="image_tag=${unread:0:32}" "$@"
