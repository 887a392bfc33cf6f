#!/bin/bash
mkdir /srv/repo/.GIT; echo x > /srv/repo/.GIT/config; true
