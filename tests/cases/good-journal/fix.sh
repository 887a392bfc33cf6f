#!/bin/bash

# Logs: the journal is kept on disk and compressed, rsyslog writes files that are not for everybody,
# and what was written before is closed too.

set -e
set -u

JOURNALD=/etc/systemd/journald.conf
RSYSLOG=/etc/rsyslog.conf

function ensure_line() {
    # ensure_line <file> <regex of the line> <line>
    local file="$1" regex="$2" line="$3"
    if grep -qE "$regex" "$file"; then
        sed -i -E "s~${regex}~${line}~" "$file"
    else
        # the file may lack the newline at its end
        if [ -s "$file" ] && [ -n "$(tail -c 1 "$file")" ]; then
            echo >> "$file"
        fi
        echo "$line" >> "$file"
    fi
}

function journald_option() {
    local key="$1" value="$2"
    if grep -qE "^${key}=${value}\$" "$JOURNALD"; then
        return
    fi
    if grep -qE "^#?${key}=" "$JOURNALD"; then
        sed -i "/^\[Journal\]/,/^\[/ s/^#\?${key}=.*/${key}=${value}/" "$JOURNALD"
    else
        sed -i "/^\[Journal\]/a ${key}=${value}" "$JOURNALD"
    fi
    echo "journald: ${key}=${value}"
}

# Drop-ins would win over the main file: ours are the only ones that should set these.
for dropin in /etc/systemd/journald.conf.d/*.conf; do
    [ -e "$dropin" ] || break
    if grep -qE '^(Storage|Compress|ForwardToSyslog)=' "$dropin"; then
        sed -i -E 's/^((Storage|Compress|ForwardToSyslog)=.*)$/#\1/' "$dropin"
        echo "journald: neutralised ${dropin##*/}"
    fi
done

journald_option Storage persistent
journald_option Compress yes
journald_option ForwardToSyslog yes
journald_option SystemMaxUse 1G

ensure_line "$RSYSLOG" '^[[:space:]]*\$FileCreateMode[[:space:]].*$' '$FileCreateMode 0640'
ensure_line "$RSYSLOG" '^[[:space:]]*\$DirCreateMode[[:space:]].*$' '$DirCreateMode 0750'
ensure_line "$RSYSLOG" '^[[:space:]]*\$Umask[[:space:]].*$' '$Umask 0027'

# No remote messages are taken unless this is a log host.
if [ ! -e /etc/hardening/loghost ]; then
    for file in "$RSYSLOG" /etc/rsyslog.d/*.conf; do
        [ -f "$file" ] || continue
        if grep -qE '^[[:space:]]*(module\(load="im(tcp|udp)"|input\(type="im(tcp|udp)"|\$ModLoad im(tcp|udp)|\$(UDP|InputTCP)ServerRun)' "$file"; then
            sed -i -E '/^[[:space:]]*(module\(load="im(tcp|udp)"|input\(type="im(tcp|udp)"|\$ModLoad im(tcp|udp)|\$(UDP|InputTCP)ServerRun)/ s/^/# /' "$file"
            echo "rsyslog: ${file} takes no remote messages"
        fi
    done
fi

# Where important messages go.
cat > /etc/rsyslog.d/60-baseline.conf.tmp <<'CONF'
auth,authpriv.*                 /var/log/auth.log
*.emerg                         :omusrmsg:*
local6.*                        -/var/log/firewall.log
CONF
if cmp -s /etc/rsyslog.d/60-baseline.conf.tmp /etc/rsyslog.d/60-baseline.conf; then
    rm /etc/rsyslog.d/60-baseline.conf.tmp
else
    chmod 0644 /etc/rsyslog.d/60-baseline.conf.tmp
    mv /etc/rsyslog.d/60-baseline.conf.tmp /etc/rsyslog.d/60-baseline.conf
fi

# Old logs: g-wx, o-rwx; the folder of the journal has its group.
find /var/log -type f -perm /g+wx,o+rwx -exec chmod --changes g-wx,o-rwx "{}" +
[ -d /var/log/journal ] || install -d -m 2755 /var/log/journal

echo "done"
