#!/bin/sh
# Runs the tests that measure, without the race detector, and prints their figures: the cost of long requests, and the time that
# the embedded Clerk takes to start. go test hides these lines when a test passes. Beside them it runs the tests that try all spellings
# of a path, which the race detector makes ten times slower and has nothing to find in.
set -eu
log=$(mktemp)
trap 'rm -f "$log"' EXIT

figures() {
	pattern=$1
	shift
	if ! go test -v "$@" >"$log" 2>&1; then
		cat "$log"
		exit 1
	fi
	grep -E "$pattern" "$log" || {
		echo "no line says $pattern: go test -v $*" >&2
		exit 1
	}
}

figures ' cost: ' -run '^TestARequestCostsNoMoreThanItsLength$' ./ginclerk
figures '^start: ' -run '^TestNewStartsQuickly$' ./ginclerk/clerktest
go test -run '^(TestPathSpellingsWithEveryCharacter|TestARequestWithABearerIsNeverAnsweredAsTheUserOfItsCookies|FuzzPathSpellings)$' ./ginclerk
go test -run '^TestThePageOfDevicesAllocatesLittle$' ./ginclerk/pages
