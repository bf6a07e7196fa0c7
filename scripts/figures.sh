#!/bin/sh
# Runs the tests that measure, without the race detector: those in files with "//go:build !race", wherever they are, and those that try all
# spellings of a path or all faults of a service, which the race detector makes ten times slower and has nothing to find in. It prints the figures of four: the cost of
# long requests, the time that the embedded Clerk takes to start, in a test and as a program, and how many of Clerk's operations it has, by the table in its
# documentation: go test ./ginclerk/clerktest -run TestOperationsTable -update writes that. go test hides these lines when a test passes.
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

# The tests of a folder's files with the constraint, as one pattern.
tests_of() {
	grep -l '^//go:build !race' "$1"/*_test.go | xargs sed -n 's/^func \(Test[A-Za-z0-9_]*\)(.*/\1/p' | paste -s -d '|' -
}

figures ' cost: ' -run '^TestARequestCostsNoMoreThanItsLength$' ./ginclerk
figures '^start: ' -run '^TestNewStartsQuickly$' ./ginclerk/clerktest
figures '^start: ' -run '^TestTheProgramStartsQuickly$' ./ginclerk/clerktest/cmd/clerktest
figures '^operations: ' -run '^TestOperationsTable$' ./ginclerk/clerktest
go test -run '^(TestPathSpellingsWithEveryCharacter|TestARequestWithABearerIsNeverAnsweredAsTheUserOfItsCookies|FuzzPathSpellings)$' ./ginclerk
go test -run '^TestFaultMatrix$' ./internal/reliability
grep -rl --include='*_test.go' '^//go:build !race' ginclerk | sed 's|/[^/]*$||' | sort -u | while read -r folder; do
	go test -skip '^TestARequestCostsNoMoreThanItsLength$' -run "^($(tests_of "$folder"))\$" "./$folder"
done
