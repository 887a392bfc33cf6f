#!/bin/bash
# mawk takes the braces as letters and finds no one, gawk takes them as a number of times.
awk -F: '$1 ~ /^ro{2}t$/ { print $1 }' /etc/passwd > /etc/administrators
