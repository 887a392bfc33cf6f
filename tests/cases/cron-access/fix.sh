#!/bin/sh
# cron and at: only root may have jobs, and only root may look at the job folders.
set -eu

PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH

changes=0

note() {
    changes=$((changes + 1))
    echo "cron: $1"
}

# own PATH MODE
own() {
    path=$1
    mode=$2
    [ -e "$path" ] || return 0
    if [ -L "$path" ]; then
        echo "cron: $path is a link, left alone" >&2
        return 0
    fi
    now=$(stat -c '%u:%g %a' "$path")
    if [ "$now" != "0:0 $mode" ]; then
        chown root:root "$path"
        chmod "$mode" "$path"
        note "$path was $now"
    fi
}

own /etc/crontab 600
for period in hourly daily weekly monthly yearly; do
    own "/etc/cron.$period" 700
done
own /etc/cron.d 700

# A job that somebody else than root can write is a way to root.
find /etc/cron.d /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly \
    -xdev -type f \( -perm -020 -o -perm -002 -o ! -user root \) -print 2>/dev/null |
while IFS= read -r job; do
    echo "cron: tightened $job"
    chown root:root "$job"
    chmod go-w "$job"
done

# Allow lists win over deny lists.
for tool in cron at; do
    rm -f "/etc/$tool.deny"
    allow=/etc/$tool.allow
    if [ ! -f "$allow" ]; then
        (umask 077; echo root > "$allow")
        note "$allow created"
    elif ! grep -qx 'root' "$allow"; then
        echo root >> "$allow"
        note "$allow: root added"
    fi
    own "$allow" 640
done

# PATH of the system crontab: no relative folder, no empty element.
if grep -Eq '^PATH=(.*:)?(\.|)(:.*)?$' /etc/crontab; then
    sed -i -e '/^PATH=/{
        s/=:/=/
        s/:\.$//
        s/:\.:/:/g
        s/=\.:/=/
        s/::*/:/g
        s/:$//
    }' /etc/crontab
    note "/etc/crontab: PATH cleaned"
fi

if [ "$changes" -gt 0 ]; then
    echo "cron: $changes changes"
else
    echo "cron: nothing to do"
fi
