#!/bin/sh
# Two replicas of the demo under load for some minutes, while Clerk, Redis and a replica fail: demo/soak_test.go. It prints what it has measured, and
# what went wrong.
set -eu
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! GINCLERK_SOAK="$1m" go test -run '^TestSoak$' -v -count=1 -timeout "$(($1 * 3 + 5))m" ./demo >"$log" 2>&1; then
	grep -v 'level=' "$log" >&2
	exit 1
fi
sed -n 's/^ *[a-z_]*\.go:[0-9]*: soak: /soak: /p' "$log" | grep . || {
	echo 'the soak printed no figures' >&2
	exit 1
}
