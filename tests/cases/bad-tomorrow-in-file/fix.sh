#!/bin/bash
date -d 'tomorrow 12:00' +%F > /etc/expires
