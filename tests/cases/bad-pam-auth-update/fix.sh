#!/bin/bash
pam-auth-update --package --enable faillock
