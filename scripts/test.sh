#!/bin/sh
# Runs the tests of all packages in random order. Arguments go to go test. With CI=true or RACE=1 it uses the race detector, where Go finds a
# C compiler.
# For each package it prints one line and the figures of its tests, which go test hides by default: how many recorded decisions
# agree, and how many answers of the embedded Clerk agree with Clerk's OpenAPI documents. If a package fails, it prints all of the
# package's output.
#
# Tests that measure time, which the race detector distorts, and those that try all spellings of a path or all faults one after the other are left
# out: scripts/figures.sh runs them without it, and scripts/soak.sh runs TestSoak.
set -eu
measuring='^(TestARequestCostsNoMoreThanItsLength|TestNewStartsQuickly|TestTheProgramStartsQuickly|TestPathSpellingsWithEveryCharacter|TestARequestWithABearerIsNeverAnsweredAsTheUserOfItsCookies|FuzzPathSpellings|TestFaultMatrix|TestSoak)$'
race=
if [ "${CI:-}" = true ] || [ "${RACE:-}" = 1 ]; then
	[ "$(go env CGO_ENABLED)" != 1 ] || race='-race -vet=off' # make lint has all of vet
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Only packages with figures run with -v: the other packages search their own output for secrets.
grep -rl --include='*_test.go' -e '"conformance: ' -e '"openapi: ' ginclerk | sed 's|^|./|; s|/[^/]*$||' | sort -u >"$work/folders"
xargs go list <"$work/folders" >"$work/figures"
go list ./demo >"$work/demo"
go list ./... | grep -vxF -f "$work/figures" -f "$work/demo" >"$work/others"

# run tests the packages in a list file, one at a time. Two lists run beside each other: many tests wait for a browser. The demo, whose tests
# take the longest, follows the shorter list.
run() {
	list=$1
	shift
	xargs go test $race -p 1 -shuffle=on -timeout 20m -skip "$measuring" "$@" <"$list" 2>&1 || echo failed >>"$work/status"
}

# show prints one line for each package, its figures, and all that a package says which fails. Go tells of each package at its end.
show() {
	awk -v whole="$1" '
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
}

if [ -z "$race" ]; then
	echo "The tests of $(cat "$work/figures" "$work/others" "$work/demo" | wc -l) packages follow. The first time compiles them, browsers and servers start by themselves." >&2
fi
echo "go test $race -shuffle=on -timeout 20m -skip '$measuring' $* ./..."
go build ${race:+-race} ./... # once for both
{ run "$work/others" "$@" | show 1 || echo failed >>"$work/status"; } &
run "$work/figures" -v "$@" | show "$#" || echo failed >>"$work/status"
run "$work/demo" "$@" | show 1 || echo failed >>"$work/status"
wait
[ ! -e "$work/status" ]
