#!/usr/bin/env bash
# Tells the build topic that a plan waits, and how to apply it.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/settings.sh"

hash=$(<"$work/plan.sha256")
summary=$(grep -E '^(Plan:|No changes)' "$work/plan.txt" || true)
message="A plan for $PROJECT-$ENVIRONMENT waits for approval.
${summary:-It changes outputs only.}
Commit: ${CODEBUILD_RESOLVED_SOURCE_VERSION:-unknown}
Read it:  aws s3 cp s3://$ARTIFACT_BUCKET/plans/$hash/plan.txt -
Apply it: aws codebuild start-build --project-name $PROJECT-$ENVIRONMENT --source-version ${CODEBUILD_RESOLVED_SOURCE_VERSION:-COMMIT} --environment-variables-override name=APPROVED_PLAN,value=$hash
A plan goes stale when something else is applied first; Terraform then refuses it, and a new build makes a new one."
echo "$message"
aws sns publish --topic-arn "$BUILD_TOPIC_ARN" --subject "Plan waits: $PROJECT-$ENVIRONMENT" --message "$message" >/dev/null
