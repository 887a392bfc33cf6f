#!/bin/bash
uname -r > /etc/kernel.txt
