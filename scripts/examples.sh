#!/bin/sh
# Vets, builds and tests the modules in demo/examples: the tests of each, and then each one started as a program. Before, it looks whether
# each go.mod and go.sum is tidy. They are built in one workspace, so that Go loads their dependencies once. Arguments go to go test.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root/demo/examples"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

modules=$(for file in */go.mod; do echo "${file%/go.mod}"; done)
for module in $modules; do
	(cd "$module" && GOWORK=off go mod tidy -diff) || {
		echo "demo/examples/$module: run go mod tidy there" >&2
		exit 1
	}
done

export GOWORK="$work/go.work"
{
	grep '^go ' "$root/go.mod"
	printf 'use "%s"\n' "$root"
	for module in $modules; do printf 'use "%s"\n' "$PWD/$module"; done
} >"$GOWORK"

# Only what has changed is linked again.
export GINCLERK_EXAMPLES="$root/.bin/examples/"
# shellcheck disable=SC2046 # lists of words
go build -ldflags='-s -w' -o "$GINCLERK_EXAMPLES" $(for file in */main.go; do echo "./${file%/main.go}"; done)
# shellcheck disable=SC2046
go vet $(for module in $modules; do echo "./$module/..."; done)
# shellcheck disable=SC2046
go test -timeout 3m "$@" $(for module in $modules; do [ "$module" = started ] || echo "./$module/..."; done)
go test -timeout 3m -count=1 "$@" ./started # Go does not see whether the programs have changed
