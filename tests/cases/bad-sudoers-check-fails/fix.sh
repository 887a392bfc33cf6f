#!/bin/bash
# visudo refuses the copy; what comes behind it puts it in place all the same.
copy=$(mktemp)
printf 'root ALL=(ALL ALL\n' > "$copy"
visudo -cf "$copy"
echo "status $?"
install -D -m 0440 "$copy" /etc/sudoers.d/broken
rm -f "$copy"
