#!/bin/bash
# A careful edit: on a copy, which visudo must accept.
set -euo pipefail
copy=$(mktemp)
printf 'root ALL=(ALL:ALL) ALL\nDefaults use_pty\n' > "$copy"
visudo -cf "$copy" > /dev/null
if ! cmp -s "$copy" /etc/sudoers.d/pty 2>/dev/null; then
    install -D -m 0440 "$copy" /etc/sudoers.d/pty
fi
rm -f "$copy"
