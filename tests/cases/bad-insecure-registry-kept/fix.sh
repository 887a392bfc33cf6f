#!/bin/bash
# Docker: no new privileges, no traffic between containers by default, logs that end, live restore;
# the daemon's files belong to root. The JSON is made anew if it is not what is wanted.
set -euo pipefail

CONFIG=/etc/docker/daemon.json
TODAY=${TODAY:-baseline}

command -v install >/dev/null || { echo "coreutils are missing" >&2; exit 69; }

indent() { sed 's/^/  /'; }

# Registries that were allowed before stay allowed.
registries() {
    [ -f "$CONFIG" ] || return 0
    tr -d '\n' < "$CONFIG" | sed -n 's/.*"insecure-registries"[[:space:]]*:[[:space:]]*\[\([^]]*\)\].*/\1/p' |
        tr ',' '\n' | sed -e 's/^[[:space:]]*"//' -e 's/"[[:space:]]*$//' | grep -v '^[[:space:]]*$' |
        grep -E '^(localhost|127\.|registry\.internal)' || true
}

json() {
    local comma='' name
    echo '{'
    {
        echo '"icc": false,'
        echo '"live-restore": true,'
        echo '"no-new-privileges": true,'
        echo '"userland-proxy": false,'
        echo '"log-driver": "json-file",'
        echo '"log-opts": { "max-size": "10m", "max-file": "3" },'
        printf '"insecure-registries": ['
        while IFS= read -r name; do
            [ -n "$name" ] || continue
            printf '%s"%s"' "$comma" "$name"
            comma=', '
        done < <(registries)
        printf ']\n'
    } | indent
    echo '}'
}

stage=$(mktemp)
trap 'rm -f "$stage"' EXIT
json > "$stage"

changed=false
if [ ! -f "$CONFIG" ] || ! cmp -s "$stage" "$CONFIG"; then
    if [ -f "$CONFIG" ] && [ ! -e "$CONFIG.$TODAY" ]; then
        cp -a "$CONFIG" "$CONFIG.$TODAY"
    fi
    install -D -o root -g root -m 0644 "$stage" "$CONFIG"
    changed=true
fi

# Socket and unit files.
for unit in docker.service docker.socket; do
    for dir in /etc/systemd/system /usr/lib/systemd/system; do
        file=$dir/$unit
        [ -f "$file" ] || continue
        read -r mode owner <<< "$(stat -c '%a %U:%G' "$file")"
        if [ "$mode" != 644 ] || [ "$owner" != root:root ]; then
            chown root:root "$file" && chmod 0644 "$file"
            changed=true
        fi
        if grep -q '^ExecStart=.*-H tcp://0\.0\.0\.0' "$file"; then
            sed -i 's# -H tcp://0\.0\.0\.0[^ ]*##' "$file"
            echo "closed the network socket in $file"
            changed=true
        fi
    done
done

if [ -d /etc/docker/certs.d ]; then
    find /etc/docker/certs.d -type f ! -perm 0444 -exec chmod 0444 {} \; -exec chown root:root {} \;
fi

if $changed; then
    systemctl daemon-reload
    systemctl restart docker.service
fi
