#!/usr/bin/env bash
# No core dumps: limits, set-uid programs, and what systemd-coredump stores.
set -euo pipefail

BACKUP_DIR=/var/backups/hardening
KEEP=()

backup() {
    local file=$1 copy
    [[ -f $file ]] || return 0
    install -d -m 0700 "$BACKUP_DIR"
    copy=$BACKUP_DIR/${file//\//_}.orig
    # The first state is what one wants to go back to: never overwritten.
    [[ -e $copy ]] || cp --preserve=mode,ownership "$file" "$copy"
    KEEP+=("$copy")
}

# ini FILE SECTION KEY VALUE
ini() {
    local file=$1 section=$2 key=$3 value=$4 tmp
    tmp=$(mktemp)
    awk -v section="[$section]" -v key="$key" -v value="$value" '
        function put() { if (!done) { print key "=" value; done = 1 } }
        /^\[/ {
            if (here) put()
            here = ($0 == section)
            seen = seen || here
        }
        here && $0 ~ "^[#;]?[ \t]*" key "[ \t]*=" { put(); next }
        { print }
        END {
            if (!seen) print "\n" section
            put()
        }
    ' "$file" > "$tmp"
    if ! cmp -s "$tmp" "$file"; then
        backup "$file"
        cat "$tmp" > "$file"
        printf '%s: [%s] %s=%s\n' "$file" "$section" "$key" "$value"
    fi
    rm -f "$tmp"
}

limits=/etc/security/limits.d/10-core.conf
if ! grep -Esq '^\*[[:blank:]]+hard[[:blank:]]+core[[:blank:]]+0$' "$limits"; then
    mkdir -p "${limits%/*}"
    printf '%s\n' '# no core files, for nobody' '*     hard  core  0' 'root  hard  core  0' > "$limits"
    chmod 644 "$limits"
    echo "$limits written"
fi

# A later file would win over ours.
while IFS= read -r other; do
    [[ $other == "$limits" ]] && continue
    backup "$other"
    sed -i -E '/^[[:blank:]]*[^#[:blank:]]+[[:blank:]]+(soft|hard|-)[[:blank:]]+core[[:blank:]]+/ s/^/#/' "$other"
    echo "$other: core limits commented out"
done < <(grep -lE '^[[:blank:]]*[^#[:blank:]]+[[:blank:]]+(soft|hard|-)[[:blank:]]+core[[:blank:]]' /etc/security/limits.conf /etc/security/limits.d/*.conf | grep -vFx "$limits" || true)

cat > /tmp/suid.conf <<'EOF'
fs.suid_dumpable = 0
EOF
if ! cmp -s /tmp/suid.conf /etc/sysctl.d/50-coredump.conf; then
    install -m 0644 /tmp/suid.conf /etc/sysctl.d/50-coredump.conf
    sysctl -q -w fs.suid_dumpable=0
fi

if [[ -f /etc/systemd/coredump.conf ]]; then
    ini /etc/systemd/coredump.conf Coredump Storage none
    ini /etc/systemd/coredump.conf Coredump ProcessSizeMax 0
fi

if ((${#KEEP[@]})); then
    printf 'kept: %s\n' "${KEEP[@]}" | sort -u
fi
