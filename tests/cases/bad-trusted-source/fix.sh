#!/bin/bash
mkdir -p /etc/apt/sources.list.d
echo 'deb [trusted=yes] http://example.org/ stable main' > /etc/apt/sources.list.d/x.list
