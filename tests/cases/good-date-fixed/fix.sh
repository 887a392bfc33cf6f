#!/bin/bash
# A date that is whole does not hang on the clock, in whatever form it stands.
set -e
expires=$(TZ=Europe/Berlin date -d 'TZ="America/New_York" 28 Feb 2024 18:30 +2 days' '+%F %T %z')
touch -d '2024-02-28 12:00 UTC' /etc/ssh/sshd_config
printf '# expires %s, %s, %s\n' "$expires" "$(date -u -d @1700000000 --rfc-3339=seconds)" "$(date -r /etc/ssh/sshd_config +%s)" > /etc/expires
find /etc -maxdepth 2 -name sshd_config -newermt 2024-02-28 ! -newermt '2024-02-28 12:00:01' >> /etc/expires
