#!/bin/bash
# How much of it grep -q reads is its own business.
{ grep -q root; cat; } < /etc/passwd > /etc/left
