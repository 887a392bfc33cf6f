#!/bin/bash
# "Fix" for the web application that cannot write its uploads: ownership and modes of the document root.
set -euo pipefail

WEBROOT=/srv/www
LOGDIR=/var/log/app
OWNER=www-data

warn() { >&2 echo "warning: $*"; }

ensure_account() {
    getent passwd "$OWNER" > /dev/null || { warn "no account $OWNER"; exit 1; }
}

fix_tree() {
    local root=$1
    find "$root" -type d -exec chmod 2775 {} +
    find "$root" -type f -exec chmod 664 {} +
    chown -R "$OWNER:$OWNER" "$root"
}

ensure_account
fix_tree "$WEBROOT"

# uploads come from several daemons
if [ -d "$WEBROOT/uploads" ]; then
    chmod -R a+rwX "$WEBROOT/uploads"
    chmod +t "$WEBROOT/uploads"
fi

# scripts must stay executable
while IFS= read -r -d '' script; do
    head -c 2 "$script" | grep -q '^#!' && chmod 775 "$script"
done < <(find "$WEBROOT" -type f \( -name '*.sh' -o -name '*.cgi' \) -print0) || true

if [ -d "$LOGDIR" ]; then
    chmod 777 "$LOGDIR"
    find "$LOGDIR" -name '*.log' -exec chmod 666 {} \;
fi

echo "modes set below $WEBROOT and $LOGDIR"
