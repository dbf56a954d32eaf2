#!/usr/bin/env bash
# One deployment: package, plan, apply that plan, look at it. With APPROVED_PLAN, the apply and the look alone.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "$0")/settings.sh"
here=$root/cfn/deploy

image() {
  if [[ "${CONTAINER_IMAGES:-false}" == true ]]; then
    "$here/image.sh"
  fi
}

if [[ -n "${APPROVED_PLAN:-}" ]]; then
  "$here/apply.sh" "$APPROVED_PLAN"
  image
  "$here/smoke.sh"
  exit 0
fi

"$here/package.sh"
image
for try in 1 2 3; do
  "$here/turn.sh" || exit 0
  "$here/plan.sh"
  if [[ "${APPROVAL:-required}" != none ]]; then
    "$here/ask.sh"
    exit 0
  fi
  code=0
  "$here/apply.sh" "$(<"$work/plan.sha256")" || code=$?
  if ((code == 75 && try < 3)); then
    echo "Something else was applied since the plan was made: planning again."
    continue
  fi
  ((code == 0)) || exit "$code"
  break
done
image
"$here/smoke.sh"
