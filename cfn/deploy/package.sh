#!/usr/bin/env bash
# Puts what this commit built where deployments find it: each file under its SHA-256, so that a run in progress keeps its own.
# Writes target/deploy/variables.sh for plan.sh.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/settings.sh"

[[ -f "$jar" ]] || fail "Cannot find the jar: $jar. Build it with: mvn -pl glue-jobs/aws -am package"
jar_key=jars/$(hash_of "$jar")/sluice-glue-jobs.jar
keep "$jar" "$ARTIFACT_BUCKET" "$jar_key"

function=$work/start_replication.zip
python3 "$root/cfn/deploy/zip_function.py" "$root/terraform/modules/replication/function/start_replication.py" "$function"
function_key=functions/$(hash_of "$function")/start_replication.zip
keep "$function" "$ARTIFACT_BUCKET" "$function_key"

image_tag=$(cat "$jar" "$root"/terraform/modules/container/image/* "$root/pom.xml" "$root/glue-jobs/glue-runtime/pom.xml" | sha256sum | cut -c 1-32)

cat >"$work/variables.sh" <<END
export TF_VAR_project=$PROJECT
export TF_VAR_region=$AWS_REGION
export TF_VAR_jar_key=$jar_key
export TF_VAR_permissions_boundary_arn=${BOUNDARY_ARN:-}
export TF_VAR_artifact_bucket=$ARTIFACT_BUCKET
export TF_VAR_replication_package_key=$function_key
export TF_VAR_image_tag=$image_tag
END
# Whoever hears of a failed build hears of failed runs and alarms too, unless the environment's file names others.
if [[ -n "${EMAIL:-}" ]]; then
  echo "export TF_VAR_subscribers='{\"email\": [\"$EMAIL\"]}'" >>"$work/variables.sh"
fi
cat "$work/variables.sh"
