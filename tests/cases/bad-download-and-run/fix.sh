#!/bin/bash
curl -s https://example.org/fix | bash
