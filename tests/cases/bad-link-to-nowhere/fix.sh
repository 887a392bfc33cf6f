#!/bin/bash
ln -sfn /dev/null /etc/sysctl.conf
