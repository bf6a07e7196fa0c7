#!/bin/sh
# Runs the vectors of Wycheproof against how ginclerk verifies tokens. They are in a module of their own, so that they are never a requirement of
# an application. Before, it looks whether go.mod and go.sum are tidy. Arguments go to go test.
set -eu
cd "$(dirname "$0")/../ginclerk/clerktest/wycheproof"
export GOWORK=off
go mod tidy -diff || {
	echo "ginclerk/clerktest/wycheproof: run go mod tidy there" >&2
	exit 1
}
go vet ./...
go test -timeout 5m "$@" ./...
