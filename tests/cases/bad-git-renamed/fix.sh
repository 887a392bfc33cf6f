#!/bin/bash
# What is moved away is no longer below `.git`, and could be moved back.
mv /srv/repo/.git /srv/aside; mv /srv/aside /srv/repo/.git; true
