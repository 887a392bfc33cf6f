#!/bin/bash
printf 'tmpfs /tmp\n' > /etc/fstab
