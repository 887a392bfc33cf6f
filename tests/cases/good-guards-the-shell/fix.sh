#!/bin/bash
# Any bash in use is new enough, so it does not matter which one it is.
set -euo pipefail
if (( BASH_VERSINFO[0] < 4 )); then
  echo "bash 4 is needed" >&2
  exit 1
fi
declare -A want=([one]=1)
for key in "${!want[@]}"; do
  grep -qxs "$key=${want[$key]}" /etc/guarded.conf || printf "%s=%s\n" "$key" "${want[$key]}" > /etc/guarded.conf
done
