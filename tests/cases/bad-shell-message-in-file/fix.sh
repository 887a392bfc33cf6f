#!/bin/bash
# The message begins with the path of the script, which is the machine's.
{ : < /nowhere; } 2> /etc/why
true
