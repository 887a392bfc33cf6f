#!/bin/bash
cp /etc/hosts /usr/local/bin/tool
chmod 4755 /usr/local/bin/tool
