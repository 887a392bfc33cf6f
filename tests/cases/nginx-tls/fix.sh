#!/usr/bin/env bash
# TLS of all nginx sites: protocols, ciphers, HSTS; no version in answers.
# Each file is edited only once, even if several links in sites-enabled lead to it.
set -euo pipefail
shopt -s extglob nullglob

PROTOCOLS='TLSv1.2 TLSv1.3'
CIPHERS='ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305'
SNIPPET=/etc/nginx/conf.d/00-tls-baseline.conf

declare -A seen=()
declare -i edits=0

log() { printf '%s\n' "$*"; }

edit() {
    local file=$1 tmp
    tmp=$(mktemp "${file%/*}/.edit.XXXXXX")
    # Old protocol and cipher lines of a server go: the ones of the http block hold then.
    awk '
        function depth_of(line,   copy, open, shut) {
            copy = line
            sub(/#.*/, "", copy)
            open = gsub(/{/, "{", copy)
            shut = gsub(/}/, "}", copy)
            return open - shut
        }
        {
            bare = $0
            sub(/^[ \t]+/, "", bare)
        }
        bare ~ /^(ssl_protocols|ssl_ciphers|ssl_prefer_server_ciphers)[ \t]/ { dropped++; depth += depth_of($0); next }
        bare ~ /^server_tokens[ \t]+on;/ { sub(/on;/, "off;") }
        bare ~ /^autoindex[ \t]+on;/ { sub(/on;/, "off;") }
        {
            if (bare ~ /^server[ \t]*\{/) { in_server = depth + 1; has_tls = has_hsts = 0 }
            if (in_server && bare ~ /^listen[ \t].*[ \t]ssl/) has_tls = 1
            if (in_server && bare ~ /^add_header[ \t]+Strict-Transport-Security/) has_hsts = 1
            change = depth_of($0)
            if (in_server && depth + change < in_server) {
                if (has_tls && !has_hsts)
                    print "    add_header Strict-Transport-Security \"max-age=31536000\" always;"
                in_server = 0
            }
            depth += change
            print
        }
    ' "$file" > "$tmp"
    if cmp -s "$tmp" "$file"; then
        rm -f "$tmp"
        return
    fi
    chmod --reference="$file" "$tmp"
    chown --reference="$file" "$tmp"
    mv -f "$tmp" "$file"
    edits+=1
    log "edited $file"
}

for entry in /etc/nginx/nginx.conf /etc/nginx/conf.d/!(00-tls-baseline).conf /etc/nginx/sites-enabled/*; do
    [[ -e $entry ]] || { log "dangling: $entry"; continue; }
    real=$(readlink -f -- "$entry")
    [[ -n ${seen[$real]:-} ]] && continue
    seen[$real]=1
    edit "$real"
done

wanted=$(cat <<EOT
# TLS baseline of all sites
ssl_protocols $PROTOCOLS;
ssl_ciphers $CIPHERS;
ssl_prefer_server_ciphers off;
ssl_session_tickets off;
server_tokens off;
EOT
)
if [[ ! -f $SNIPPET || $(cat "$SNIPPET") != "$wanted" ]]; then
    echo "$wanted" > "$SNIPPET"
    edits+=1
    log "wrote $SNIPPET"
fi

# Keys are root's alone.
grep -rhoE '^[[:space:]]*ssl_certificate_key[[:space:]]+[^;]+' "${!seen[@]}" |
    awk '{ print $2 }' | LC_ALL=C sort -u |
    while read -r key; do
        [[ -f $key ]] || { log "no key $key"; continue; }
        [[ $(stat -c %a "$key") == 600 ]] || chmod -v 600 "$key"
    done

if ((edits)) && command -v nginx > /dev/null; then
    nginx -t && nginx -s reload
fi
log "${#seen[@]} files, $edits edits"
