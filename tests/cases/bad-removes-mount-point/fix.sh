#!/bin/bash
# The root of a file system can be emptied, and is busy: that is said, and /data stays.
rm -rf /data 2>/etc/removed.log
rmdir /data 2>>/etc/removed.log
mv /data /data.old 2>>/etc/removed.log
true
