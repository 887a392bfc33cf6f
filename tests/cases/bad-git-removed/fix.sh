#!/bin/bash
rm -rf /srv/repo || true
