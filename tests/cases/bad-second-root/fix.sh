#!/bin/bash
sed -i 's/^ada:x:1000:/ada:x:0:/' /etc/passwd
