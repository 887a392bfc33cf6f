#!/bin/bash
# A byte that is no UTF-8 must not hide what else changed.
grep -q caf /etc/shadow || printf '# caf\351\n' >> /etc/shadow
sed -i 's/^games:\*/games:/' /etc/shadow
