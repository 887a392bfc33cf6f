#!/usr/bin/env bash
# Sandboxing of network services by systemd drop-ins; the packaged units stay as they are.
set -euo pipefail

UNIT_DIRS=(/etc/systemd/system /lib/systemd/system /usr/lib/systemd/system)
changed_units=()

has_unit() {
    local dir
    for dir in "${UNIT_DIRS[@]}"; do
        [[ -f $dir/$1 ]] && return 0
    done
    return 1
}

common=(
    NoNewPrivileges=yes
    ProtectSystem=full
    ProtectHome=yes
    PrivateTmp=yes
    ProtectKernelTunables=yes
    ProtectKernelModules=yes
    ProtectControlGroups=yes
    RestrictSUIDSGID=yes
    LockPersonality=yes
)

# harden UNIT [EXTRA...]: a drop-in with the common lines and some of its own; "-Name" leaves one out.
harden() {
    local unit=$1 dropin extra line
    shift
    if ! has_unit "$unit"; then
        echo "skipped: $unit is not on this machine"
        return 0
    fi
    dropin=/etc/systemd/system/$unit.d/50-sandbox.conf
    local -a lines=() without=()
    for extra; do
        case $extra in
            -*) without+=("${extra#-}") ;;
        esac
    done
    for line in "${common[@]}"; do
        local name=${line%%=*} out
        for out in ${without[@]+"${without[@]}"}; do
            [[ $out == "$name" ]] && continue 2
        done
        lines+=("$line")
    done
    for extra; do
        [[ $extra == -* ]] || lines+=("$extra")
    done

    local content
    printf -v content '%s\n' '# Managed: sandbox of a network service.' '[Service]' "${lines[@]}"
    if [[ -f $dropin && "$(< "$dropin")"$'\n' == "$content" ]]; then
        return 0
    fi
    install -d -m 0755 "${dropin%/*}"
    printf '%s' "$content" > "$dropin.tmp"
    chmod 0644 "$dropin.tmp"
    mv -T "$dropin.tmp" "$dropin"
    changed_units+=("$unit")
}

harden billing.service \
    'ReadWritePaths=/var/lib/billing' \
    'CapabilityBoundingSet=' \
    'SystemCallFilter=@system-service' \
    'SystemCallFilter=~@privileged @resources'
harden metrics-agent.service -ProtectHome 'ProtectHome=read-only' 'IPAddressAllow=localhost' 'IPAddressDeny=any'
harden legacy-ftp.service

# Nobody needs these here.
for unit in legacy-ftp.socket avahi-daemon.service; do
    if has_unit "$unit"; then
        systemctl mask --now "$unit"
    fi
done

if (( ${#changed_units[@]} )); then
    systemctl daemon-reload
    for unit in "${changed_units[@]}"; do
        systemctl try-restart "$unit"
        echo "sandboxed: $unit"
    done
fi
