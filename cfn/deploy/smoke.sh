#!/usr/bin/env bash
# Is what was deployed there, and of this version? Looks, changes nothing, and starts nothing.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/settings.sh"

jar_key=$(<"$work/jar-key")
config=$(aws ssm get-parameter --name "/sluice/$ENVIRONMENT/config" --query Parameter.Value --output text)
field() {
  python3 -c 'import json, sys; found = json.loads(sys.argv[1])[sys.argv[2]]; print("\n".join(found.values()) if isinstance(found, dict) else found)' "$config" "$1"
}

for table in settings-table bookmarks-table runs-table; do
  name=$(field "$table")
  status=$(aws dynamodb describe-table --table-name "$name" --query Table.TableStatus --output text)
  [[ "$status" == ACTIVE ]] || fail "Table $name is $status."
  echo "Table $name is $status."
done

for arn in $(field state-machines); do
  status=$(aws stepfunctions describe-state-machine --state-machine-arn "$arn" --query status --output text)
  [[ "$status" == ACTIVE ]] || fail "State machine $arn is $status."
  echo "State machine $arn is $status."
done

outputs=$(terraform -chdir="$root/terraform" output -json)
bucket=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["buckets"]["value"]["scripts"])' <<<"$outputs")
aws s3api head-object --bucket "$bucket" --key "$jar_key" >/dev/null || fail "The jar is not in s3://$bucket/$jar_key."
echo "The jar is in s3://$bucket/$jar_key."

for job in $(python3 -c 'import json, sys; [print(job) for jobs in json.load(sys.stdin)["jobs"]["value"].values() for job in jobs.values()]' <<<"$outputs"); do
  jars=$(aws glue get-job --job-name "$job" --query 'Job.DefaultArguments."--extra-jars"' --output text)
  [[ "$jars" == *"$jar_key"* ]] || fail "Job $job runs $jars, not $jar_key."
  echo "Job $job runs $jar_key."
done
echo "Deployed: $PROJECT-$ENVIRONMENT."
