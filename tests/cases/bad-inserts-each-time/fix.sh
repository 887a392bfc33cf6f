#!/bin/bash
sed -i '1i # hardened' /etc/sysctl.conf
