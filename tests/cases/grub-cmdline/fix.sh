#!/bin/bash
# Kernel command line: audit from the first process on, AppArmor, memory hygiene.
# The value in /etc/default/grub is edited word by word: what operators added stays.
set -euo pipefail

GRUB=/etc/default/grub
LOCK=/run/lock/grub-hardening

if ! mkdir -p /run/lock || ! mkdir "$LOCK" 2>/dev/null; then
    echo "another run is busy" >&2
    exit 75
fi
trap 'rmdir "$LOCK"' EXIT

[[ -f $GRUB ]] || { echo "no $GRUB: this machine does not boot by GRUB"; exit 0; }

wanted=(audit=1 audit_backlog_limit=8192 apparmor=1 security=apparmor slab_nomerge init_on_alloc=1 page_alloc.shuffle=1)
unwanted=(mitigations=off selinux=0 nokaslr)

# The value of a variable, without its quotes.
value_of() {
    local line
    line=$(grep -E "^[[:space:]]*$1=" "$GRUB" | tail -n 1) || return 0
    line=${line#*=}
    line=${line%\"}; line=${line#\"}
    line=${line%\'}; line=${line#\'}
    printf '%s' "$line"
}

merge() {
    local -a words=() out=()
    local word name skip
    read -r -a words <<< "$1"
    for word in "${words[@]}"; do
        skip=
        for name in "${unwanted[@]}"; do
            [[ $word == "$name" ]] && skip=1
        done
        for name in "${wanted[@]}"; do
            # the same option with another value
            [[ ${name%%=*} == "${word%%=*}" ]] && skip=1
        done
        [[ -n $skip ]] || out+=("$word")
    done
    out+=("${wanted[@]}")
    printf '%s' "${out[*]}"
}

before=$(value_of GRUB_CMDLINE_LINUX)
after=$(merge "$before")

if [[ $before == "$after" ]]; then
    echo "kernel command line: unchanged"
else
    escaped=$(printf '%s' "$after" | sed -e 's/[\/&|]/\\&/g')
    if grep -q '^[[:space:]]*GRUB_CMDLINE_LINUX=' "$GRUB"; then
        cp -p "$GRUB" "$GRUB.new"
        sed -i -E "s|^[[:space:]]*GRUB_CMDLINE_LINUX=.*|GRUB_CMDLINE_LINUX=\"$escaped\"|" "$GRUB.new"
        mv "$GRUB.new" "$GRUB"
    else
        printf 'GRUB_CMDLINE_LINUX="%s"\n' "$after" >> "$GRUB"
    fi
    echo "kernel command line: $after"
    NEED_UPDATE=1
fi

# Recovery entries start a root shell.
if ! grep -qx 'GRUB_DISABLE_RECOVERY="\?true"\?' "$GRUB"; then
    sed -i '/^#\?[[:space:]]*GRUB_DISABLE_RECOVERY=/c\GRUB_DISABLE_RECOVERY="true"' "$GRUB"
    grep -q '^GRUB_DISABLE_RECOVERY=' "$GRUB" || echo 'GRUB_DISABLE_RECOVERY="true"' >> "$GRUB"
    NEED_UPDATE=1
fi

for cfg in /boot/grub/grub.cfg /boot/grub2/grub.cfg; do
    if [[ -f $cfg ]]; then
        chown root:root "$cfg"
        chmod u-x,go-rwx "$cfg"
    fi
done

if [[ ${NEED_UPDATE:-0} == 1 ]]; then
    if command -v update-grub > /dev/null; then
        update-grub
    elif command -v grub2-mkconfig > /dev/null; then
        grub2-mkconfig -o /boot/grub2/grub.cfg
    fi
fi
