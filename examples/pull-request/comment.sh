#!/usr/bin/env bash
# What a pipeline runs for a pull request that a person or a model wrote: the change is tried, and the comment says what was proven.
# The exit status is the verdict: 0 proven, 10 needs approval, 11 refused, 12 unproven.
#
#   comment.sh FINDING.json [COMMENT.md]      in the work tree; without a base the uncommitted change is tried
set -euo pipefail
finding=$1
comment=${2:-comment.md}
base=${BASE:-HEAD}
status=0
git diff --binary --full-index "$base" | "${INVITRO:-invitro}" try - --on . --finding "$finding" --format markdown > "$comment" || status=$?
exit "$status"
