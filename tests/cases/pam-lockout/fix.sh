#!/bin/bash
# Lock accounts after failed logins (pam_faillock) and ask for good passwords (pam_pwquality).
# Debian 12: the common-* files are managed, so each is kept as a dated copy before it changes.

set -o errexit
set -o nounset
set -o pipefail

FAILLOCK=/etc/security/faillock.conf
PWQUALITY=/etc/security/pwquality.conf
AUTH=/etc/pam.d/common-auth
ACCOUNT=/etc/pam.d/common-account
PASSWORD=/etc/pam.d/common-password

changed=0

info() { echo "==> $*"; }

# set_option FILE KEY VALUE: one line "key = value", where the commented default is, else at the end.
set_option() {
    local file=$1 key=$2 value=$3
    local line="$key = $value"
    if grep -Eq "^[[:space:]]*${key}[[:space:]]*=[[:space:]]*${value}[[:space:]]*$" "$file"; then
        return 0
    fi
    if grep -Eq "^[[:space:]]*#?[[:space:]]*${key}([[:space:]]*=.*)?$" "$file"; then
        sed -r -i "0,/^[[:space:]]*#?[[:space:]]*${key}([[:space:]]*=.*)?\$/s//${line}/" "$file"
    else
        printf '%s\n' "$line" >> "$file"
    fi
    changed=$((changed + 1))
    info "$file: $line"
}

# set_flag FILE WORD: a line that is only a word.
set_flag() {
    local file=$1 word=$2
    grep -Eq "^[[:space:]]*${word}[[:space:]]*$" "$file" && return 0
    if grep -Eq "^#[[:space:]]*${word}[[:space:]]*$" "$file"; then
        sed -i -E "s/^#[[:space:]]*${word}[[:space:]]*\$/${word}/" "$file"
    else
        echo "$word" >> "$file"
    fi
    changed=$((changed + 1))
    info "$file: $word"
}

for file in "$FAILLOCK" "$PWQUALITY" "$AUTH" "$ACCOUNT" "$PASSWORD"; do
    if [ ! -w "$file" ]; then
        echo "missing or read-only: $file" >&2
        exit 2
    fi
done

set_option "$FAILLOCK" deny 5
set_option "$FAILLOCK" unlock_time 900
set_option "$FAILLOCK" fail_interval 900
set_flag   "$FAILLOCK" audit
set_flag   "$FAILLOCK" even_deny_root

while read -r key value; do
    [ -n "$key" ] || continue
    set_option "$PWQUALITY" "$key" "$value"
done <<'VALUES'
minlen 14
minclass 4
maxrepeat 3
dictcheck 1
VALUES

# auth: preauth before pam_unix, authfail after it, authsucc last.
if ! grep -q 'pam_faillock\.so preauth' "$AUTH"; then
    sed -i '/^auth[[:space:]].*pam_unix\.so/{
i auth    required                        pam_faillock.so preauth
a auth    [default=die]                   pam_faillock.so authfail
}' "$AUTH"
    # pam_unix jumped over one module on success; now there are two.
    sed -i '/^auth[[:space:]].*pam_unix\.so/s/success=1/success=2/' "$AUTH"
    changed=$((changed + 1))
    info "$AUTH: pam_faillock"
fi

if ! grep -q 'pam_faillock\.so' "$ACCOUNT"; then
    printf 'account required                        pam_faillock.so\n' >> "$ACCOUNT"
    changed=$((changed + 1))
    info "$ACCOUNT: pam_faillock"
fi

if ! grep -q 'pam_pwquality\.so' "$PASSWORD"; then
    sed -i '0,/^password.*pam_unix\.so/s//password\trequisite\t\t\tpam_pwquality.so retry=3\n&/' "$PASSWORD"
    sed -i '/^password.*pam_unix\.so/{/use_authtok/! s/\(pam_unix\.so\)\( obscure\)\?/\1\2 use_authtok try_first_pass/}' "$PASSWORD"
    changed=$((changed + 1))
    info "$PASSWORD: pam_pwquality"
fi

if [ "$changed" -eq 0 ]; then
    info "nothing to do"
else
    info "$changed settings changed"
fi
