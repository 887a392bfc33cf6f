#!/bin/bash
#
# PostgreSQL: scram for everybody, TLS for those who come over the network, no trust; connections are logged.
# Works on all clusters below /etc/postgresql.
#
set -eu

status=0
declare -a touched=()

tighten_hba() {
    local hba=$1
    local out lineno=0 type db user address method rest
    out=$(mktemp)
    while IFS= read -r line; do
        lineno=$((lineno + 1))
        case $line in
            ''|'#'*) printf '%s\n' "$line"; continue ;;
        esac
        # shellcheck disable=SC2086
        set -- $line
        type=$1 db=$2 user=$3
        if [ "$type" = local ]; then
            address='' method=$4
            shift 4
        else
            address=$4
            # address and mask can be two words
            case ${5:-} in
                *.*.*.*) address="$4 $5"; method=$6; shift 6 ;;
                *) method=$5; shift 5 ;;
            esac
        fi
        rest=$*
        case $type/$method in
            local/peer|*/reject|*/cert) printf '%s\n' "$line"; continue ;;
            host/scram-sha-256) type=hostssl ;;
            hostnossl/*)
                echo "$hba:$lineno: $type for $user rejected" >&2
                method=reject rest= ;;
            local/*) method=peer rest= ;;
            *) type=${type/#host/hostssl}; type=${type/hostsslssl/hostssl}; method=scram-sha-256 ;;
        esac
        case $address in
            127.0.0.1/32|::1/128|localhost) type=host ;;
        esac
        printf '%-7s %-15s %-15s %-23s %s%s\n' "$type" "$db" "$user" "$address" "$method" "${rest:+ $rest}"
    done < "$hba" > "$out"
    if ! diff -q "$hba" "$out" > /dev/null; then
        cat "$out" > "$hba"
        touched+=("$hba")
    fi
    rm "$out"
}

# guc FILE NAME VALUE
guc() {
    local file=$1 name=$2 value=$3
    if [[ $(sed -nE "s/^[[:space:]]*$name[[:space:]]*=?[[:space:]]*([^#]*[^#[:space:]]).*/\1/p" "$file" | tail -n1) == "$value" ]]; then
        return
    fi
    if grep -qE "^[[:space:]]*#?[[:space:]]*$name[[:space:]]*=" "$file"; then
        # the last one counts, so all others become comments
        sed -i -E "s/^[[:space:]]*$name[[:space:]]*=.*/#&/" "$file"
        sed -i -E "0,/^#+[[:space:]]*$name[[:space:]]*=.*/s//$name = $value/" "$file"
    else
        echo "$name = $value" >> "$file"
    fi
    touched+=("$file:$name")
}

for dir in /etc/postgresql/*/*/; do
    dir=${dir%/}
    [ -f "$dir/pg_hba.conf" ] || continue
    tighten_hba "$dir/pg_hba.conf"
    if [ -f "$dir/postgresql.conf" ]; then
        guc "$dir/postgresql.conf" password_encryption scram-sha-256
        guc "$dir/postgresql.conf" log_connections on
        guc "$dir/postgresql.conf" log_disconnections on
        guc "$dir/postgresql.conf" ssl_min_protocol_version "'TLSv1.2'"
    fi
    chmod 0640 "$dir/pg_hba.conf"
done

if grep -E '^(local|host).*(trust|password|md5)$' /etc/postgresql/*/*/pg_hba.conf; then
    status=1
fi
echo "${#touched[@]} changes"
exit $status
