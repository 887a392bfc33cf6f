#!/bin/bash
s=x
for i in $(seq 31); do s=$s$s; done
echo "$s" > /etc/big
