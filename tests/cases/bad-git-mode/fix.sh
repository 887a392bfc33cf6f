#!/bin/bash
chmod -R go+rX /srv/vendored; true
