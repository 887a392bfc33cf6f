#!/bin/bash
mkdir -p /etc/drop
chmod 777 /etc/drop
