#!/bin/bash
find /srv/many -type f -delete
