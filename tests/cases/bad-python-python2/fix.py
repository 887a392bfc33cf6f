#!/usr/bin/python2
open("/etc/x.conf", "w").write("x\n")
