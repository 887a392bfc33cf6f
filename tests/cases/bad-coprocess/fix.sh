#!/bin/bash
coproc cat
echo x > /etc/y
