#!/bin/sh
# Looks for known vulnerabilities in what ginclerk and its demo call, with govulncheck and the Go team's database, which it has as a module: so the
# result is the same until tools/supplychain/go.mod takes a newer one. It fails for those in modules. Those in Go itself go away with a newer Go: it
# says so, and fails with GO=1, as before a release.
set -eu
root=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd tools/supplychain
go tool indexdb -out "$work/database" -vulns "$(go list -m -f '{{.Dir}}' golang.org/x/vulndb)/data/osv"
cd "$root"
status=0
go tool -modfile=tools/supplychain/go.mod govulncheck -db "file://$work/database" ./... >"$work/found" || status=$?
if [ "$status" != 0 ] && [ "$status" != 3 ]; then # 3: it has found some
	cat "$work/found" >&2
	exit "$status"
fi
if grep '^    Found in: ' "$work/found" | grep -qv '@go1'; then
	cat "$work/found" >&2
	exit 1
fi
if grep -q '^    Found in: .*@go1' "$work/found"; then
	echo "vulnerabilities: no module has a known one; $(go env GOVERSION) itself has, which Go $(sed -n 's/^    Fixed in: .*@go\(1.*\)/\1/p' "$work/found" | sort -V | tail -n 1) has not: update Go" >&2
	[ "${GO:-}" != 1 ]
	exit
fi
echo 'vulnerabilities: no module has a known one, nor has Go'
