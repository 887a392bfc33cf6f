#!/bin/bash
apt-get install fail2ban
