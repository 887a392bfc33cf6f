set -euo pipefail
config=@ROOT@/etc/ssh/sshd_config
set_option() {
  local key=$1 value=$2
  if grep -qE "^#?${key} " "$config"; then
    sed -i -E "s/^#?${key} .*/${key} ${value}/" "$config"
  else
    printf '%s %s\n' "$key" "$value" >> "$config"
  fi
}
for pair in 'PermitRootLogin no' 'X11Forwarding no' 'MaxAuthTries 4'; do
  set_option "${pair%% *}" "${pair#* }"
done
chmod 600 "$config"
sysctl=@ROOT@/etc/sysctl.conf
sed -i 's/^net.ipv4.ip_forward *=.*/net.ipv4.ip_forward = 0/' "$sysctl"
for line in 'net.ipv4.conf.all.rp_filter = 1' 'kernel.randomize_va_space = 2'; do
  grep -qxF "$line" "$sysctl" || printf '%s\n' "$line" >> "$sysctl"
done
defs=@ROOT@/etc/login.defs
days=$(awk '$1 == "PASS_MAX_DAYS" { print $2 }' "$defs")
if [ "${days:-99999}" -gt 365 ]; then
  sed -i -E 's/^PASS_MAX_DAYS.*/PASS_MAX_DAYS\t365/' "$defs"
fi
sed -i -E 's/^UMASK.*/UMASK\t\t027/' "$defs"
mkdir -p @ROOT@/etc/security/limits.d
printf '* hard core 0\n' > @ROOT@/etc/security/limits.d/10-core.conf
chmod 644 @ROOT@/etc/security/limits.d/10-core.conf
printf 'Authorized use only\n' > @ROOT@/etc/issue
grep -c . @ROOT@/etc/passwd
