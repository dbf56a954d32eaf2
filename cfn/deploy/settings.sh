# Sourced by the other scripts: where things are. The build project's environment says it; see the outputs of cfn/seed.yaml.
# shellcheck shell=bash
set -euo pipefail

: "${ENVIRONMENT:?is dev, staging or prod}"
: "${PROJECT:?begins every name}"
: "${ARTIFACT_BUCKET:?holds jars and plans}"
: "${STATE_BUCKET:?holds the state}"
: "${STATE_KEY_ARN:?encrypts both}"
: "${AWS_REGION:?is where all of it is}"

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$root/target/deploy
# shellcheck disable=SC2034 # for those who source this
jar=$root/glue-jobs/aws/target/sluice-glue-jobs.jar
mkdir -p "$work"

hash_of() {
  sha256sum "$1" | cut -d ' ' -f 1
}

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# Uploads a file under its content hash; what is there already stays as it is.
keep() {
  local file=$1 bucket=$2 key=$3
  if aws s3api head-object --bucket "$bucket" --key "$key" >/dev/null 2>&1; then
    echo "s3://$bucket/$key is there."
  else
    aws s3 cp --only-show-errors "$file" "s3://$bucket/$key"
    echo "s3://$bucket/$key uploaded."
  fi
}

terraform_init() {
  local options=(
    -backend-config="bucket=$STATE_BUCKET"
    -backend-config="key=$PROJECT/$ENVIRONMENT/terraform.tfstate"
    -backend-config="region=$AWS_REGION"
    -backend-config="kms_key_id=$STATE_KEY_ARN"
  )
  if [[ -n "${LOCK_TABLE:-}" ]]; then
    options+=(-backend-config="dynamodb_table=$LOCK_TABLE")
  fi
  terraform -chdir="$root/terraform" init -input=false -reconfigure "${options[@]}"
}
