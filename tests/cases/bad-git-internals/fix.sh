#!/bin/bash
echo x > /srv/repo/.git/config
