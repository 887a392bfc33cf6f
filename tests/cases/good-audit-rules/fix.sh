#!/bin/bash
set -eu
# Audit rules for changes of identity, sudo, time, mounts and modules, and for every privileged
# program that is on this machine (found, not listed by hand).

RULES_DIR=/etc/audit/rules.d
AUDITD_CONF=/etc/audit/auditd.conf

say() { printf -- '- %s\n' "$1"; }

if [[ ! -d $RULES_DIR ]]; then
    say "auditd is not installed"
    exit 0
fi

uid_min=$(awk '/^[[:space:]]*UID_MIN/ { print $2 }' /etc/login.defs)
: "${uid_min:=1000}"

# put NAME: standard input becomes a rules file, mode 0640, only if it differs
put() {
    local target=$RULES_DIR/$1 tmp
    tmp=$(mktemp "$RULES_DIR/.tmp.XXXXXXXX")
    cat > "$tmp"
    if [[ -f $target ]] && cmp -s "$tmp" "$target"; then
        rm -f "$tmp"
        return 0
    fi
    chmod 0640 "$tmp"
    chown root:root "$tmp"
    mv "$tmp" "$target"
    say "rules: $1"
}

{
    for file in /etc/passwd /etc/group /etc/shadow /etc/gshadow /etc/security/opasswd; do
        echo "-w $file -p wa -k identity"
    done
} | put 50-identity.rules

put 50-scope.rules <<'RULES'
-w /etc/sudoers -p wa -k scope
-w /etc/sudoers.d -p wa -k scope
RULES

put 50-time-change.rules <<'RULES'
-a always,exit -F arch=b64 -S adjtimex,settimeofday -k time-change
-a always,exit -F arch=b32 -S adjtimex,settimeofday -k time-change
-w /etc/localtime -p wa -k time-change
RULES

put 50-mounts.rules <<RULES
-a always,exit -F arch=b64 -S mount -F auid>=${uid_min} -F auid!=unset -k mounts
-a always,exit -F arch=b32 -S mount -F auid>=${uid_min} -F auid!=unset -k mounts
RULES

put 50-modules.rules <<'RULES'
-a always,exit -F arch=b64 -S init_module,finit_module,delete_module -k kernel_modules
-w /etc/modprobe.d -p wa -k kernel_modules
RULES

# Programs with set-uid or set-gid, wherever they are on the root file system.
find /opt /srv -xdev \( -perm -4000 -o -perm -2000 \) -type f -print0 |
    sort -z |
    while IFS= read -r -d '' program; do
        echo "-a always,exit -F path=$program -F perm=x -F auid>=$uid_min -F auid!=unset -k privileged"
    done | put 50-privileged.rules

put 99-finalize.rules <<< '-e 2'

# auditd.conf: keep what is logged, tell someone before the disk is full.
while IFS='=' read -r key value; do
    key=${key// /} value=${value// /}
    current=$(sed -n "s/^${key}[[:space:]]*=[[:space:]]*//p" "$AUDITD_CONF" | tail -1)
    [[ $current == "$value" ]] && continue
    if [[ -n $current ]]; then
        sed -i "s/^${key}[[:space:]]*=.*/${key} = ${value}/" "$AUDITD_CONF"
    else
        echo "${key} = ${value}" >> "$AUDITD_CONF"
    fi
    say "auditd.conf: $key = $value"
done <<'CONF'
max_log_file = 32
max_log_file_action = keep_logs
space_left_action = email
admin_space_left_action = halt
CONF

find "$RULES_DIR" -type f -name '*.rules' ! -perm 0640 -exec chmod 0640 {} +
chmod 0640 "$AUDITD_CONF"
