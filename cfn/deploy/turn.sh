#!/usr/bin/env bash
# Takes a build's turn to deploy: ends with 0 where no later build of the project has taken it, else says so and ends with 1.
# Builds run side by side, and the one of an older commit may be the slower one; it must not undo what the newer one deployed.
# A deployment by hand has no number and always has its turn.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/settings.sh"

mine=${CODEBUILD_BUILD_NUMBER:-}
[[ -n "$mine" ]] || exit 0
turn=s3://$ARTIFACT_BUCKET/deployments/$PROJECT-$ENVIRONMENT
latest=$(aws s3 cp --only-show-errors "$turn" - 2>/dev/null || echo 0)
if ((latest > mine)); then
  echo "Build $latest deploys a later push; build $mine changes nothing."
  exit 1
fi
aws s3 cp --only-show-errors - "$turn" <<<"$mine"
