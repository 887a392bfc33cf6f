#!/bin/bash
# Collects drop-ins of sshd into one file: first value wins, so the order decides.
set -euo pipefail

DIR=/etc/ssh/sshd_config.d
OUT=$DIR/99-merged.conf
declare -A first=()
order=()

collect() {
    local file=$1 key value line
    while IFS= read -r line; do
        line=${line%%#*}
        read -r key value <<< "$line" || true
        [[ -n ${key:-} ]] || continue
        key=${key,,}
        if [[ -z ${first[$key]:-} ]]; then
            first[$key]=$value
            order+=("$key")
        fi
    done < "$file"
}

main() {
    local file key
    [[ -d $DIR ]] || return 0
    # ls would sort; find is faster on folders with many files
    while IFS= read -r file; do
        [[ $file == "$OUT" ]] && continue
        collect "$file"
    done < <(find "$DIR" -maxdepth 1 -type f -name '*.conf')

    # strengthen what was found
    for key in "${order[@]}"; do
        case $key in
            permitrootlogin)
                [[ ${first[$key]} == yes ]] && first[$key]=prohibit-password ;;
            maxauthtries)
                (( ${first[$key]} > 4 )) && first[$key]=4 ;;
        esac
    done || true

    {
        echo "# merged, first value wins"
        for key in "${order[@]}"; do
            echo "$key ${first[$key]}"
        done
    } > "$OUT"
    chmod 600 "$OUT"
}

main
