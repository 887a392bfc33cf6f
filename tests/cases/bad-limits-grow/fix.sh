#!/bin/bash
# Harden limits, umask, su and shell timeouts.
set -e

GREEN='\033[0;32m'; NC='\033[0m'
ok() { echo -e "${GREEN}[+]${NC} $1"; }
section() { echo; echo "=== $1 ==="; }

backup_dir=/root/hardening-backup
mkdir -p "$backup_dir"
chmod 700 "$backup_dir"

section "Backups"
for f in /etc/security/limits.conf /etc/login.defs /etc/pam.d/su /etc/default/useradd; do
    if [ -f "$f" ]; then
        cp "$f" "$backup_dir/$(basename "$f").bak"
        ok "saved $f"
    fi
done

section "Limits"
cat >> /etc/security/limits.conf << 'EOF'

# Hardening
* hard core 0
* hard nproc 4096
* soft nofile 16384
EOF
ok "limits"

section "Password ageing"
sed -i 's/^PASS_MAX_DAYS.*/PASS_MAX_DAYS   90/' /etc/login.defs
sed -i 's/^PASS_MIN_DAYS.*/PASS_MIN_DAYS   1/' /etc/login.defs
sed -i 's/^UMASK.*/UMASK           027/' /etc/login.defs
ok "login.defs"

section "su"
if [ -f /etc/pam.d/su ]; then
    sed -i 's/^#\s*\(auth\s\+required\s\+pam_wheel.so\)$/\1/' /etc/pam.d/su
    ok "su is for the group wheel"
fi

section "useradd"
sed -i 's/^SHELL=.*/SHELL=\/bin\/bash/' /etc/default/useradd
echo "INACTIVE=30" >> /etc/default/useradd
ok "accounts expire"

echo
echo "Done. Backups are in $backup_dir"
