#!/bin/bash
apt-get install -y fail2ban
