#!/bin/sh
# Prints the figures that go test hides when all is well: how many recorded decisions agree, what long requests cost, and how
# many answers of the embedded Clerk to Go's clients and to Clerk's JavaScript clients were held against Clerk's OpenAPI documents.
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

figures '^conformance: ' -run Conformance ./ginclerk/...
figures ' cost: ' -run TestARequestCosts ./ginclerk
figures '^(openapi|start): ' ./ginclerk/clerktest
figures '^openapi: ' -run Node ./ginclerk/clerktest/clients
