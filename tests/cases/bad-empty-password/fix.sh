#!/bin/bash
sed -i 's/^ada:[^:]*:/ada::/' /etc/shadow
