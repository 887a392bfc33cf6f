#!/usr/bin/env bash
#
# Bring the global section of sshd_config to our baseline.
#   - one occurrence of each keyword before the first Match block
#   - Match blocks are left alone: they belong to the application teams
# Usage: fix.sh [-n] [-c FILE]
set -euo pipefail
IFS=$'\n\t'

readonly PROG=${0##*/}
CONFIG=/etc/ssh/sshd_config
DRY=0

usage() { printf 'usage: %s [-n] [-c file]\n' "$PROG" >&2; exit 64; }
log()   { printf '[%s] %s\n' "$1" "${*:2}"; }
die()   { log ERROR "$@" >&2; exit 1; }

while getopts ':nc:' opt; do
    case $opt in
        n) DRY=1 ;;
        c) CONFIG=$OPTARG ;;
        *) usage ;;
    esac
done
shift $((OPTIND - 1))
(( $# == 0 )) || usage

[[ $EUID -eq 0 ]] || die "must be run as root"
[[ -f $CONFIG ]] || die "no such file: $CONFIG"

declare -A WANTED=(
    [PermitRootLogin]=no
    [PermitEmptyPasswords]=no
    [X11Forwarding]=no
    [MaxAuthTries]=4
    [LoginGraceTime]=60
    [ClientAliveInterval]=300
    [ClientAliveCountMax]=3
    [IgnoreRhosts]=yes
    [HostbasedAuthentication]=no
    [LogLevel]=VERBOSE
)

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

for key in "${!WANTED[@]}"; do
    printf '%s %s\n' "$key" "${WANTED[$key]}"
done | LC_ALL=C sort > "$work/wanted"

# Three states: reading the list, the global section, inside a Match block.
awk -v list="$work/wanted" '
    BEGIN {
        while ((getline line < list) > 0) {
            split(line, part, " ")
            name[tolower(part[1])] = part[1]
            value[tolower(part[1])] = part[2]
            order[++count] = tolower(part[1])
        }
        close(list)
    }
    function flush(   i) {
        for (i = 1; i <= count; i++)
            if (!(order[i] in done)) {
                print name[order[i]] " " value[order[i]]
                done[order[i]] = 1
            }
    }
    tolower($1) == "match" && !inside { flush(); inside = 1 }
    inside { print; next }
    {
        key = tolower($1)
        bare = key
        sub(/^#/, "", bare)
        if (key in value) {
            if (!(key in done)) print name[key] " " value[key]
            done[key] = 1
            next
        }
        if (key ~ /^#[a-z]/ && NF == 2 && (bare in value) && !(bare in done)) {
            print name[bare] " " value[bare]
            done[bare] = 1
            next
        }
        print
    }
    END { if (!inside) flush() }
' "$CONFIG" > "$work/new"

if cmp -s "$work/new" "$CONFIG"; then
    log OK "$CONFIG already meets the baseline"
    exit 0
fi

diff -u "$CONFIG" "$work/new" | grep -E '^[+-][A-Za-z#]' || true
if (( DRY )); then
    log INFO "dry run: nothing written"
    exit 0
fi

cat "$work/new" > "$CONFIG"
chmod 0600 "$CONFIG"
log OK "$CONFIG updated; reload sshd in the next window"
