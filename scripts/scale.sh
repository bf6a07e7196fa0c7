#!/bin/sh
# 50 replicas with one Redis, in one process, while 10,000 sessions a minute end: ginclerk/redisstore/scale_test.go. It prints what that costs.
set -eu
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! GINCLERK_SCALE=1 go test -run '^TestReplicasAtScale$' -v -count=1 ./ginclerk/redisstore >"$log" 2>&1; then
	cat "$log" >&2
	exit 1
fi
sed -n 's/^ *[a-z_]*\.go:[0-9]*: scale: /scale: /p' "$log"
