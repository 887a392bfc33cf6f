#!/bin/bash
mv /srv/repo /srv/moved; echo x > /srv/moved/.git/config; mv /srv/moved /srv/repo; true
