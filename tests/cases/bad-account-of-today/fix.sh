#!/bin/bash
# shadow(5) keeps the day of the last change, so this is another tree on another day.
id probe 2> /dev/null || useradd --system --shell /usr/sbin/nologin probe
