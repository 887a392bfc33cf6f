#!/bin/bash
ln -s /../../../../etc/hostile /etc/l
echo x > /etc/l/y
