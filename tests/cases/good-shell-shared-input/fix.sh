#!/bin/bash
# What one program leaves of the input the next one reads.
set -eu
while read -r line; do
  echo "first: $line"
  cat
done < /etc/passwd > /etc/shared
{ read -r head; grep -c . || true; } < /etc/passwd > /etc/counted
{ head -n 1; head -n 1; } < /etc/passwd > /etc/two
