#!/usr/bin/env bash
# Applies exactly the plan whose SHA-256 is given: apply.sh SHA-256
# Exit code 75 where another apply has made it stale, so that it is worth planning again.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/settings.sh"

hash=${1:?apply.sh SHA-256}
[[ "$hash" =~ ^[0-9a-f]{64}$ ]] || fail "Cannot apply plan: $hash. It is named by its SHA-256."
for file in tfplan plan.txt plan-variables.sh; do
  aws s3 cp --only-show-errors "s3://$ARTIFACT_BUCKET/plans/$hash/$file" "$work/$file"
done
[[ "$(hash_of "$work/tfplan")" == "$hash" ]] || fail "Cannot apply plan: $hash. What is kept under this name has another content."
# shellcheck source=/dev/null
source "$work/plan-variables.sh"
# What is applied is what the steps after it look at.
cp "$work/plan-variables.sh" "$work/variables.sh"
: "${TF_VAR_jar_key:?is written by package.sh}"

terraform_init

# Jobs read the jar from the environment's own bucket. At the first deployment Terraform makes the bucket, before that it is filled.
scripts_bucket() {
  terraform -chdir="$root/terraform" output -json buckets 2>/dev/null | python3 -c 'import json, sys; print(json.load(sys.stdin)["scripts"])' 2>/dev/null || true
}
copy_jar() {
  aws s3 cp --only-show-errors "s3://$ARTIFACT_BUCKET/$TF_VAR_jar_key" "$work/jar"
  keep "$work/jar" "$1" "$TF_VAR_jar_key"
}

bucket=$(scripts_bucket)
if [[ -n "$bucket" ]]; then
  copy_jar "$bucket"
fi
if ! terraform -chdir="$root/terraform" apply -input=false -no-color -lock-timeout=15m "$work/tfplan" 2>&1 | tee "$work/apply.txt"; then
  grep -q 'Saved plan is stale' "$work/apply.txt" && exit 75
  fail "Cannot apply plan: $hash. Terraform says why above."
fi
if [[ -z "$bucket" ]]; then
  bucket=$(scripts_bucket)
  [[ -n "$bucket" ]] || fail "Cannot find the scripts bucket in Terraform's outputs after the apply."
  copy_jar "$bucket"
fi
echo "$TF_VAR_jar_key" >"$work/jar-key"
