#!/bin/sh
# Builds the demo for production, into a folder: one static program without the embedded Clerk, with time zones and certificates, which needs no file.
# The same commit and the same Go make the same bytes, wherever the folder is: scripts/reproduce.sh shows it.
set -eu
out=$1
commit=false
[ ! -e .git ] || commit=true # the program says which commit it is of: go version -m
CGO_ENABLED=0 GOWORK=off go build -trimpath -buildvcs=$commit -tags release,timetzdata -ldflags='-s -w -buildid=' -o "$out/demo" ./demo
