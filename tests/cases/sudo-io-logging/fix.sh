#!/bin/bash
#
# sudo: use a pty, write a log, ask again after five minutes; no rule without a password.
# Nothing is put in place that visudo does not accept.
set -euo pipefail
umask 077

main() {
    local stage
    stage=$(mktemp -d /tmp/sudo-stage.XXXXXX)
    # shellcheck disable=SC2064
    trap "rm -rf '$stage'" EXIT

    write_defaults "$stage/10-baseline"
    require_password "$stage"
    place "$stage/10-baseline" /etc/sudoers.d/10-baseline
    ownership
}

write_defaults() {
    cat > "$1" <<-'DEFAULTS'
	# Hardening baseline. Changes go to the configuration repository.
	Defaults use_pty
	Defaults logfile="/var/log/sudo.log"
	Defaults timestamp_timeout=5
	Defaults passwd_tries=3
	Defaults !visiblepw
	DEFAULTS
}

# Comments out NOPASSWD rules, except those of accounts in the list of exceptions.
require_password() {
    local stage=$1 file name
    local -a exceptions=()
    if [[ -r /etc/hardening/sudo-nopasswd.allow ]]; then
        mapfile -t exceptions < <(grep -Ev '^[[:space:]]*(#|$)' /etc/hardening/sudo-nopasswd.allow)
    fi
    for file in /etc/sudoers /etc/sudoers.d/*; do
        [[ -f $file ]] || continue
        [[ $file == *~ || ${file##*/} == README ]] && continue
        grep -Eq '^[^#]*NOPASSWD' "$file" || continue
        name=$stage/$(basename "$file").edit
        while IFS= read -r line || [[ -n $line ]]; do
            if [[ $line =~ ^[^#]*NOPASSWD ]] && ! excepted "${line%%[[:space:]]*}" "${exceptions[@]}"; then
                printf '# needs a password: %s\n' "$line"
            else
                printf '%s\n' "$line"
            fi
        done < "$file" > "$name"
        place "$name" "$file"
    done
}

excepted() {
    local who=$1 name
    shift
    for name; do
        [[ $who == "$name" ]] && return 0
    done
    return 1
}

place() {
    local from=$1 to=$2
    if ! visudo -c -q -f "$from"; then
        echo "visudo does not accept $from" >&2
        exit 3
    fi
    if ! cmp -s "$from" "$to"; then
        install -m 0440 "$from" "$to"
        echo "placed $to"
    fi
}

ownership() {
    chown root:root /etc/sudoers /etc/sudoers.d
    find /etc/sudoers.d -type f ! -name README -exec chmod 0440 {} \;
    chmod 0750 /etc/sudoers.d
}

main "$@"
