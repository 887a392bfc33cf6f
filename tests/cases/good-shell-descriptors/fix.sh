#!/bin/bash
# One offset for each open file, however many names it has.
set -euo pipefail
exec 3< /etc/passwd
( read -r first <&3 )
read -r second <&3
exec 3<&-
printf '%s\n' "$second" > /etc/second
printf 'abcdef' > /etc/both
exec 5<> /etc/both
printf 'XY' >&5
exec 5>&-
: {fd}> /etc/named
echo "through ${fd:+a named one}" >&"$fd"
exec {fd}>&-
while read -r a <&4 && read -r b <&5; do echo "$a|$b"; done 4< /etc/passwd 5< <(tac /etc/passwd) > /etc/pairs
{ echo out; echo err >&2; } 3>&1 1>/etc/errors 2>&3
[ -d "" ] || [[ -e "" ]] || echo 'nothing is no path' > /etc/nothing
