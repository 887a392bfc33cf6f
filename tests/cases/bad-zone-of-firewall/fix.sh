# Where firewalld keeps its zones, a permanent rule is a file.
set -e
mkdir -p /etc/firewalld/zones
firewall-cmd --permanent --zone=public --remove-service=telnet
firewall-cmd --reload
