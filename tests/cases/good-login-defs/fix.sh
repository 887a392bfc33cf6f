#!/bin/sh
# Password ageing, umask and hash method for accounts made from now on.
# POSIX sh: this runs on minimal images where bash may be missing.
set -eu

defs=/etc/login.defs
stage=

cleanup() {
    status=$?
    [ -z "$stage" ] || rm -f "$stage"
    exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

msg() { printf '%s: %s\n' "${0##*/}" "$*" >/dev/null; }

[ -r "$defs" ] || { echo "cannot read $defs" >&2; exit 1; }

# want KEY VALUE -> the staged file has KEY once, with VALUE
want() {
    key=$1
    value=$2
    count=$(grep -c "^[[:blank:]]*${key}[[:blank:]]" "$stage" || :)
    if [ "$count" -eq 0 ]; then
        printf '%s\t%s\n' "$key" "$value" >> "$stage"
        return
    fi
    # the first one gets the value, others go
    awk -v key="$key" -v value="$value" '
        $1 == key && seen++ { next }
        $1 == key           { print key "\t" value; next }
                            { print }
    ' "$stage" > "$stage.next"
    mv -f "$stage.next" "$stage"
}

stage=$(mktemp)
cp "$defs" "$stage"

want PASS_MAX_DAYS 365
want PASS_MIN_DAYS 1
want PASS_WARN_AGE 7
want UMASK 027
want ENCRYPT_METHOD YESCRYPT
want LOGIN_RETRIES 3
want LOGIN_TIMEOUT 60
want USERGROUPS_ENAB yes
want LOG_OK_LOGINS yes

changed=no
if ! cmp -s "$stage" "$defs"; then
    cat "$stage" > "$defs"
    changed=yes
fi

# useradd's own default: accounts lock 30 days after their password expired
useradd_defaults=/etc/default/useradd
if [ -f "$useradd_defaults" ]; then
    case $(sed -n 's/^INACTIVE=//p' "$useradd_defaults" | tail -n 1) in
        30) ;;
        '')
            if grep -q '^#[[:blank:]]*INACTIVE=' "$useradd_defaults"; then
                sed -i 's/^#[[:blank:]]*INACTIVE=.*/INACTIVE=30/' "$useradd_defaults"
            else
                echo 'INACTIVE=30' >> "$useradd_defaults"
            fi
            changed=yes ;;
        *)
            sed -i 's/^INACTIVE=.*/INACTIVE=30/' "$useradd_defaults"
            changed=yes ;;
    esac
fi

# interactive shells: the same umask
for rc in /etc/bash.bashrc /etc/profile; do
    [ -f "$rc" ] || continue
    case $(awk '$1 == "umask" { value = $2 } END { print value }' "$rc") in
        027|077) ;;
        *) echo "note: $rc sets no strict umask; pam_umask takes login.defs" ;;
    esac
done

msg "changed=$changed"
echo "changed=$changed"
