#!/bin/bash
passwd -d ada
