#!/usr/bin/env bash
# Network and memory related kernel settings, in one drop-in that sorts last.
# Other files that set the same keys otherwise get their lines commented out, so that the
# effective value does not depend on who reads the folders in which order.
set -Eeuo pipefail
shopt -s nullglob

readonly DROPIN=/etc/sysctl.d/99-hardening.conf
readonly MARK='# disabled by hardening baseline:'

trap 'echo "failed near line $LINENO" >&2' ERR

declare -A settings=(
  [net.ipv4.ip_forward]=0
  [net.ipv4.conf.all.send_redirects]=0
  [net.ipv4.conf.default.send_redirects]=0
  [net.ipv4.conf.all.accept_redirects]=0
  [net.ipv4.conf.default.accept_redirects]=0
  [net.ipv4.conf.all.secure_redirects]=0
  [net.ipv4.conf.all.accept_source_route]=0
  [net.ipv4.conf.default.accept_source_route]=0
  [net.ipv4.conf.all.log_martians]=1
  [net.ipv4.conf.all.rp_filter]=1
  [net.ipv4.icmp_echo_ignore_broadcasts]=1
  [net.ipv4.icmp_ignore_bogus_error_responses]=1
  [net.ipv4.tcp_syncookies]=1
  [net.ipv6.conf.all.accept_redirects]=0
  [net.ipv6.conf.all.accept_ra]=0
  [kernel.randomize_va_space]=2
  [kernel.kptr_restrict]=2
  [kernel.dmesg_restrict]=1
  [fs.protected_hardlinks]=1
  [fs.protected_symlinks]=1
)

mapfile -t keys < <(printf '%s\n' "${!settings[@]}" | LC_ALL=C sort)

# 1. Contradictions elsewhere.
for file in /etc/sysctl.conf /etc/sysctl.d/*.conf; do
  [[ $file == "$DROPIN" || -L $file || ! -f $file ]] && continue
  for key in "${keys[@]}"; do
    pattern=${key//./[./]}
    while IFS= read -r value; do
      [[ $value == "${settings[$key]}" ]] && continue
      sed -E -i "s|^[[:space:]]*(${pattern}[[:space:]]*=.*)\$|${MARK} \\1|" "$file"
      echo "commented: $key in $file (was $value)"
      break
    done < <(sed -nE "s|^[[:space:]]*${pattern}[[:space:]]*=[[:space:]]*([^[:space:]#]+).*|\1|p" "$file")
  done
done

# 2. Our own file.
render() {
  local key family='' last=''
  echo '# Managed file: kernel settings of the hardening baseline.'
  for key in "${keys[@]}"; do
    family=${key%%.*}
    if [[ $family != "$last" ]]; then
      printf '\n# %s\n' "$family"
      last=$family
    fi
    printf '%s = %s\n' "$key" "${settings[$key]}"
  done
}

new=$(mktemp "${TMPDIR:-/tmp}/sysctl.XXXXXX")
render > "$new"
if [[ ! -e $DROPIN ]] || ! cmp --silent "$new" "$DROPIN"; then
  install -o root -g root -m 0644 "$new" "$DROPIN"
  echo "written: $DROPIN (${#keys[@]} keys)"
else
  echo "unchanged: $DROPIN"
fi
rm -f "$new"

# 3. A last look: every key must now have one value in all files.
bad=0
for key in "${keys[@]}"; do
  distinct=$(grep -hE "^[[:space:]]*${key//./[./]}[[:space:]]*=" /etc/sysctl.conf /etc/sysctl.d/*.conf 2>/dev/null \
    | sed -E 's/.*=[[:space:]]*//' | sort -u | wc -l)
  (( distinct == 1 )) || { echo "conflict: $key has $distinct values" >&2; bad=1; }
done
exit "$bad"
