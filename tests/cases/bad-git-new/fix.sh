#!/bin/bash
mkdir -p /srv/fresh/.git/hooks; echo x > /srv/fresh/.git/hooks/pre-commit; true
