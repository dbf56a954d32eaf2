#!/usr/bin/env bash
# Plans the environment, and keeps the plan under its SHA-256. Exit code 0, also when nothing is to be changed.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/settings.sh"
# shellcheck source=/dev/null
source "$work/variables.sh"

terraform_init
terraform -chdir="$root/terraform" validate
terraform -chdir="$root/terraform" plan -input=false -lock-timeout=15m \
  -var-file="environments/$ENVIRONMENT.tfvars" -out="$work/tfplan"
terraform -chdir="$root/terraform" show -no-color "$work/tfplan" >"$work/plan.txt"

# The jar's key is not in the state's outputs; whoever applies the plan needs it beside it.
cp "$work/variables.sh" "$work/plan-variables.sh"
hash=$(hash_of "$work/tfplan")
echo "$hash" >"$work/plan.sha256"
for file in tfplan plan.txt plan-variables.sh; do
  aws s3 cp --only-show-errors "$work/$file" "s3://$ARTIFACT_BUCKET/plans/$hash/$file"
done
echo "Plan $hash kept in s3://$ARTIFACT_BUCKET/plans/$hash/."
