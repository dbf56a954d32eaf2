#!/usr/bin/env bash
# Builds the Fargate image from the jar and Glue's class path, and pushes it under its content hash.
# Before the first apply there is no repository yet; then it says so and ends well, and deploy.sh calls it again after the apply.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/settings.sh"
# shellcheck source=/dev/null
source "$work/variables.sh"
: "${TF_VAR_image_tag:?is written by package.sh}"

repository=$PROJECT-$ENVIRONMENT-jobs
address=$(aws ecr describe-repositories --repository-names "$repository" --query 'repositories[0].repositoryUri' --output text 2>/dev/null || true)
if [[ -z "$address" ]]; then
  echo "There is no repository $repository: the container module is off, or not applied yet."
  exit 0
fi
if aws ecr describe-images --repository-name "$repository" --image-ids "imageTag=$TF_VAR_image_tag" >/dev/null 2>&1; then
  echo "$address:$TF_VAR_image_tag is there."
  exit 0
fi

# A build that applies an approved plan has its jar from the artifact bucket.
[[ -f "$jar" ]] || jar=$work/jar
folder=$work/image
"$root/cfn/deploy/lay_out_image.sh" "$jar" "$folder"

aws ecr get-login-password | docker login --username AWS --password-stdin "${address%%/*}"
docker build --pull --tag "$address:$TF_VAR_image_tag" "$folder"
docker push "$address:$TF_VAR_image_tag"
