#!/bin/bash
# Postfix as a null client with TLS. main.cf is edited as text: postconf -e would need the whole
# installation, and this runs on images too.
set -Eeuo pipefail

MAIN=${MAIN_CF:-/etc/postfix/main.cf}
on_error() { echo "line $1: $2" >&2; }
trap 'on_error "$LINENO" "$BASH_COMMAND"' ERR

[[ -f $MAIN ]] || exit 0

# parameter=value, one a line; a value may have '=' in it
parameters() {
    cat <<'LIST'
inet_interfaces=loopback-only
mynetworks=127.0.0.0/8 [::1]/128
smtpd_banner=$myhostname ESMTP
disable_vrfy_command=yes
smtpd_helo_required=yes
smtpd_tls_security_level=may
smtpd_tls_mandatory_protocols=>=TLSv1.2
smtpd_tls_protocols=>=TLSv1.2
smtp_tls_security_level=encrypt
smtp_tls_protocols=>=TLSv1.2
tls_preempt_cipherlist=yes
LIST
}

# A parameter may go over several lines: those that begin with a blank belong to the one before.
set_parameter() {
    local name=$1 value=$2 tmp=$3
    NAME=$name VALUE=$value awk '
        BEGIN { name = ENVIRON["NAME"]; value = ENVIRON["VALUE"] }
        /^[ \t]/ && skipping { next }
        { skipping = 0 }
        $0 ~ ("^" name "[ \t]*=") {
            if (!written) print name " = " value
            written = skipping = 1
            next
        }
        { print }
        END { if (!written) print name " = " value }
    ' "$MAIN" > "$tmp"
}

tmp=$(mktemp /etc/postfix/.main.cf.XXXX)
trap 'rm -f "$tmp"' EXIT
changed=()

while IFS= read -r parameter; do
    name=${parameter%%=*}
    value=${parameter#*=}
    set_parameter "$name" "$value" "$tmp"
    if ! cmp -s "$tmp" "$MAIN"; then
        cp "$tmp" "$MAIN"
        changed+=("$name")
    fi
done < <(parameters)

# Options of a debugging session that somebody forgot.
for name in debug_peer_list debug_peer_level; do
    if grep -q "^${name}[[:space:]]*=" "$MAIN"; then
        sed -i "s/^${name}[[:space:]]*=/#&/" "$MAIN"
        changed+=("-$name")
    fi
done

# Files below the configuration folder that others can write.
find /etc/postfix -xdev -type f -perm /022 -exec chmod go-w {} +
for secret in /etc/postfix/sasl_passwd /etc/postfix/sasl_passwd.db; do
    if [[ -e $secret ]]; then
        chmod 0600 "$secret"
        chown root: "$secret"
    fi
done

case ${#changed[@]} in
    0) echo "main.cf: as wanted" ;;
    1) echo "main.cf: ${changed[0]}" ;;
    *) printf 'main.cf: %d parameters:' "${#changed[@]}"; printf ' %s' "${changed[@]}"; echo ;;
esac
