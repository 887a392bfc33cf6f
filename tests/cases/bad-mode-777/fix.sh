#!/bin/bash
chmod 777 /etc/sysctl.conf
