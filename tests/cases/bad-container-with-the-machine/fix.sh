#!/bin/bash
docker run -d -v /etc:/host/etc example/hardener
