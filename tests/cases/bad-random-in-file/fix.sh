#!/bin/bash
echo "token=$RANDOM$RANDOM" > /etc/token.conf
