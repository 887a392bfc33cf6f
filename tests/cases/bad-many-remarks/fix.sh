#!/bin/bash
# A thousand small remarks before the one that counts.
mkdir -p /etc/a
for i in $(seq 1 1100); do echo x > /etc/a/$i.bak; done
mkdir -p /etc/yum.repos.d
printf '[a]\nname=a\nbaseurl=https://a.example/\ngpgcheck=0\n' > /etc/yum.repos.d/a.repo
