#!/bin/sh
# ImageMagick: no coders that run other programs (ghostscript), no remote files.
# Written for version 7; the folder's name has the version in it.
set -u

log() { printf '%s %s\n' "imagemagick:" "$1"; }

policies=0
for policy in /etc/ImageMagick-7*/policy.xml /usr/local/etc/ImageMagick-7*/policy.xml; do
    policies=$((policies + 1))
    log "checking $policy"
    for coder in PS PS2 PS3 EPS PDF XPS; do
        if ! grep -q "rights=\"none\" pattern=\"$coder\"" "$policy" 2>/dev/null; then
            sed -i "s|</policymap>|  <policy domain=\"coder\" rights=\"none\" pattern=\"$coder\" />\\
</policymap>|" "$policy" 2>/dev/null
        fi
    done
    for delegate in URL HTTP HTTPS FTP; do
        if ! grep -q "domain=\"delegate\" rights=\"none\" pattern=\"$delegate\"" "$policy" 2>/dev/null; then
            sed -i "s|</policymap>|  <policy domain=\"delegate\" rights=\"none\" pattern=\"$delegate\" />\\
</policymap>|" "$policy" 2>/dev/null
        fi
    done
    chmod 644 "$policy" 2>/dev/null
    chown root:root "$policy" 2>/dev/null
done

log "$policies policies hardened"
exit 0
