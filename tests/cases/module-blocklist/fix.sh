#!/bin/bash
#
# modprobe: file systems, protocols and buses that a server does not need.
# usage: fix.sh [-k keep,keep] [-q]
#
set -eu -o pipefail

quiet=
keep=,
usage() {
	cat >&2 <<-END
		usage: ${0##*/} [-q] [-k module,module]
		  -k  modules that stay usable
		  -q  say nothing
	END
	exit 64
}

while getopts k:q flag; do
	case "$flag" in
	k) keep=",$OPTARG," ;;
	q) quiet=1 ;;
	*) usage ;;
	esac
done

say() { if [ -z "$quiet" ]; then echo "$@"; fi; }

FILE=/etc/modprobe.d/hardening.conf
OLD=/etc/modprobe.d/blacklist-custom.conf

read -r -d '' groups <<'EOT' || true
filesystems: cramfs freevxfs hfs hfsplus jffs2 udf
protocols: dccp sctp rds tipc
buses: firewire-core usb-storage
EOT

# What the machine mounts by fstab must stay.
in_use() {
	case "$1" in
	udf) awk '!/^#/ && $3 ~ /(^|,)udf(,|$)/ { found = 1 } END { exit !found }' /etc/fstab ;;
	*) return 1 ;;
	esac
}

body=$(
	echo '# Modules that this machine has no use for.'
	while IFS=: read -r group members; do
		echo
		echo "# $group"
		for module in $members; do
			if [[ $keep == *,"$module",* ]] || in_use "$module"; then
				echo "# $module is in use"
				continue
			fi
			echo "install $module /bin/false"
			echo "blacklist $module"
		done
	done <<<"$groups"
)

if [ -f "$FILE" ] && [ "$(cat "$FILE")" = "$body" ]; then
	say "modules: up to date"
else
	next=$FILE.new.$$
	printf '%s\n' "$body" >"$next"
	chmod 0644 "$next"
	chown 0:0 "$next"
	mv -f "$next" "$FILE"
	say "modules: wrote $FILE ($(grep -c '^install' "$FILE") modules)"
fi

# An older hand-made list had some of them half-way: drop those lines.
if [ -f "$OLD" ]; then
	for module in $(sed -n 's/^install \([a-z0-9-]*\) .*/\1/p' "$FILE"); do
		sed -i "/^[[:space:]]*\(blacklist\|install\)[[:space:]]\+$module\([[:space:]]\|\$\)/d" "$OLD"
	done
	if ! grep -qE '^[^#]' "$OLD"; then
		rm -f -- "$OLD"
		say "modules: removed empty $OLD"
	fi
fi

# Loaded ones go at the next boot; the initial ram disk must learn of it.
if command -v update-initramfs >/dev/null 2>&1; then
	update-initramfs -u
fi
