#!/bin/bash
grep -q '^svc:' /etc/passwd || printf 'svc:x:999:999::/nonexistent\n' >> /etc/passwd
