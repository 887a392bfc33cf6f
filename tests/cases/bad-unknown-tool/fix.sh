#!/bin/bash
true

frobnicate -x "a b"
