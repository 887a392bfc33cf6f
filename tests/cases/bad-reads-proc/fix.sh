#!/bin/bash
cat /proc/cmdline > /etc/cmdline.txt
