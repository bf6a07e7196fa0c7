#!/bin/sh
# Prints the weight of three programs: the packages and modules that they link beside Go's own, and the megabytes (10^6 bytes) of
# the stripped binary. For the second and the third it also prints the difference to the line before. The programs are in the
# module tools/weight, because the plugin must not depend on the libraries that it is compared with.
set -eu
cd "$(dirname "$0")/../tools/weight"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Use the versions that the plugin requires.
cp go.mod "$work/go.mod"
cp ../../go.sum "$work/go.sum"
export GOFLAGS="-mod=mod -modfile=$work/go.mod"

weigh() { # name, program
	go list -deps -f '{{if not .Standard}}{{.ImportPath}}{{end}}' "./$2" | grep -v '^github.com/ginclerk/ginclerk/tools/' >"$work/$2.packages"
	go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}' "./$2" | sort -u | grep . >"$work/$2.modules"
	go build -ldflags='-s -w' -o "$work/$2.binary" "./$2"
	packages=$(wc -l <"$work/$2.packages")
	modules=$(wc -l <"$work/$2.modules")
	bytes=$(wc -c <"$work/$2.binary")
	printf '%-28s %5d packages %+5d   %4d modules %+4d   %6.2f MB %+6.2f\n' "$1" \
		"$packages" $((packages - ${before_packages:-packages})) "$modules" $((modules - ${before_modules:-modules})) \
		"$(megabytes "$bytes")" "$(megabytes $((bytes - ${before_bytes:-bytes})))"
	before_packages=$packages before_modules=$modules before_bytes=$bytes
}

megabytes() { awk -v bytes="$1" 'BEGIN { printf "%.2f", bytes / 1e6 }'; }

weigh 'Gin' gin
weigh 'Gin and clerk-sdk-go' sdk
weigh 'Gin and ginclerk, API only' api
