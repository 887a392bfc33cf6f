#!/bin/bash
echo x > /etc/x.conf
echo y > /etc/y.conf
