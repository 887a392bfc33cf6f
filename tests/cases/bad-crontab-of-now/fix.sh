# The table tells when it was made, and has one line more each time.
set -e
(crontab -l; echo '0 5 * * * /usr/sbin/aide --check') | crontab -
