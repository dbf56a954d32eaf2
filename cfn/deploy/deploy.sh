#!/usr/bin/env bash
# One deployment: package, plan, apply that plan, look at it. With APPROVED_PLAN, the apply and the look alone.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/settings.sh"
here=$root/cfn/deploy

if [[ -n "${APPROVED_PLAN:-}" ]]; then
  "$here/apply.sh" "$APPROVED_PLAN"
  "$here/smoke.sh"
  exit 0
fi

"$here/package.sh"
if [[ "${CONTAINER_IMAGES:-false}" == true ]]; then
  "$here/image.sh"
fi
"$here/plan.sh"
if [[ "${APPROVAL:-required}" != none ]]; then
  "$here/ask.sh"
  exit 0
fi
"$here/apply.sh" "$(<"$work/plan.sha256")"
if [[ "${CONTAINER_IMAGES:-false}" == true ]]; then
  "$here/image.sh"
fi
"$here/smoke.sh"
