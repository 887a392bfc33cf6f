#!/bin/bash
for f in /srv/odd/*; do chmod 600 "$f"; done
