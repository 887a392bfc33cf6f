#!/bin/bash
head -c 2147483648 /dev/zero > /etc/big
