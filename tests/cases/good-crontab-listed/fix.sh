# Only a machine that makes back-ups has the file.
set -e
if crontab -l 2>/dev/null | grep -q '^[^#].*/usr/local/sbin/backup'; then
  chmod 600 /etc/backup.conf
fi
