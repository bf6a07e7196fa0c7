#!/bin/sh
# Runs the tests of all packages in random order, with the race detector where Go finds a C compiler. Arguments go to go test.
# For each package it prints one line and the figures of its tests, which go test hides by default: how many recorded decisions
# agree, and how many answers of the embedded Clerk agree with Clerk's OpenAPI documents. If a package fails, it prints all of the
# package's output.
#
# Two tests measure time, which the race detector distorts. scripts/figures.sh runs them without it.
set -eu
measuring='^(TestARequestCostsNoMoreThanItsLength|TestNewStartsQuickly)$'
race=-race
[ "$(go env CGO_ENABLED)" = 1 ] || race=
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Only packages with figures run with -v: the other packages search their own output for secrets.
grep -rl --include='*_test.go' -e '"conformance: ' -e '"openapi: ' ginclerk | sed 's|^|./|; s|/[^/]*$||' | sort -u >"$work/folders"
xargs go list <"$work/folders" >"$work/figures"
go list ./... | grep -vxF -f "$work/figures" >"$work/others"

# run tests the packages in a list file.
run() {
	list=$1
	shift
	xargs go test $race -shuffle=on -timeout 20m -skip "$measuring" "$@" <"$list" 2>&1 || echo failed >"$work/status"
}

echo "go test $race -shuffle=on -timeout 20m -skip '$measuring' $* ./..."
{
	run "$work/figures" -v "$@"
	run "$work/others" "$@"
} | awk -v whole="$#" '
	/^conformance: / { conformance++ }
	/^openapi: / { openapi++ }
	/^(conformance|openapi): / || /MISSING: / { print; fflush() }
	/^ok  \t/ { print; fflush(); lines = 0; next }
	/^\?   \t/ { lines = 0; next }
	/^FAIL\t/ { for (i = 1; i <= lines; i++) print line[i]; print; fflush(); lines = 0; next }
	/^=== PAUSE/ || /^ *--- PASS/ { next }
	{ line[++lines] = $0 }
	END {
		for (i = 1; i <= lines; i++) print line[i]
		if (whole == 0 && (!conformance || !openapi)) { print "the figures of conformance or openapi are missing"; exit 1 }
	}
'
[ ! -e "$work/status" ]
