# The daemon writes a file that is not modelled.
set -e
hostnamectl set-hostname web01
sed -i 's/^#\?PermitRootLogin.*/PermitRootLogin no/' /etc/ssh/sshd_config
