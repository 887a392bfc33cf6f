#!/bin/bash
# Sweep of the local file systems: world-writable files and folders, files of nobody, loose
# home folders, loose host keys. What is skipped on purpose is in one array.
set -uo pipefail

export LC_ALL=C
skip=(/proc /sys /dev /run /tmp /var/tmp)
roots=(/etc /home /opt /srv /var/log /usr/local)
errors=0

log() { printf '%-9s %s\n' "$1" "$2"; }

try() {
    if ! "$@"; then
        log FAILED "$*"
        errors=$((errors + 1))
    fi
}

prune=()
for folder in "${skip[@]}"; do
    prune+=(-path "$folder" -prune -o)
done

existing=()
for folder in "${roots[@]}"; do
    [[ -d $folder ]] && existing+=("$folder")
done

# 1. World-writable regular files.
while IFS= read -r -d '' file; do
    log chmod "o-w $file"
    try chmod o-w -- "$file"
done < <(find "${existing[@]}" -xdev "${prune[@]}" -type f -perm -0002 -print0 | sort -z)

# 2. World-writable folders need the sticky bit.
while IFS= read -r -d '' folder; do
    log chmod "a+t $folder"
    try chmod a+t -- "$folder"
done < <(find "${existing[@]}" -xdev "${prune[@]}" -type d -perm -0002 ! -perm -1000 -print0 | sort -z)

# 3. Owners that no account has.
while IFS= read -r -d '' orphan; do
    log chown "root:root $orphan"
    try chown -h root:root -- "$orphan"
done < <(find "${existing[@]}" -xdev \( -nouser -o -nogroup \) -print0 | sort -z)

# 4. Home folders of people.
min=$(awk '$1 == "UID_MIN" { print $2; exit }' /etc/login.defs 2>/dev/null)
while IFS=: read -r name _ uid gid _ home shell; do
    (( uid >= ${min:-1000} && uid < 65534 )) || continue
    [[ $shell == */nologin || $shell == */false ]] && continue
    if [[ ! -d $home ]]; then
        log missing "$home of $name"
        continue
    fi
    mode=$(stat -c %a "$home")
    if (( 8#$mode & 8#027 )); then
        log chmod "g-w,o-rwx $home ($mode)"
        try chmod g-w,o-rwx "$home"
    fi
    if [[ $(stat -c %u "$home") != "$uid" ]]; then
        log chown "$name $home"
        try chown "$uid:$gid" "$home"
    fi
    # Dot files that the group or others may write.
    find "$home" -xdev -maxdepth 1 -type f -name '.*' -perm /022 -exec chmod go-w {} \;
    for trust in .rhosts .netrc .forward; do
        [[ -f $home/$trust ]] && try chmod 600 "$home/$trust"
    done
done < /etc/passwd

# 5. Host keys: private ones are root's alone.
for key in /etc/ssh/ssh_host_*_key; do
    [[ -f $key ]] || continue
    if [[ $(stat -c '%a %U' "$key") != '600 root' ]]; then
        log fix "$key"
        try chmod 600 "$key"
        try chown root:root "$key"
    fi
done

# 6. The files of accounts.
declare -A modes=([passwd]=644 [group]=644 [shadow]=640 [gshadow]=640 [passwd-]=600 [shadow-]=600)
for name in passwd group shadow gshadow passwd- shadow-; do
    [[ -e /etc/$name ]] || continue
    current=$(stat -c %a "/etc/$name")
    (( 8#$current == 8#${modes[$name]} )) || try chmod "${modes[$name]}" "/etc/$name"
done

log done "$errors errors"
exit $(( errors > 0 ))
