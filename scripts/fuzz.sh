#!/bin/sh
# Runs every fuzz target below some folders for a short time: scripts/fuzz.sh EACH TOTAL [FOLDERS], times in seconds. With many targets each
# target gets an equal part of the total, at least one second.
set -eu
each=$1
total=$2
folders=${3:-.}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
corpus=$(go env GOCACHE)/fuzz # go test keeps its findings here

# Build each package once for all of its fuzz targets: go test -fuzz links it again for each target.
# shellcheck disable=SC2086 # a list of words
grep -rl --include='*_test.go' '^func Fuzz' $folders | sed 's|/[^/]*$||; s|^\([^.]\)|./\1|' | sort -u >"$work/packages"
number=0
while IFS= read -r package; do
	number=$((number + 1))
	program=$work/$number.test
	go test -c -fuzz=. -o "$program" "$package" </dev/null
	(cd "$package" && "$program" -test.list '^Fuzz') >"$work/list" </dev/null || {
		cat "$work/list" >&2
		exit 1
	}
	path=$(go list "$package" </dev/null)
	sed -n "s|^Fuzz.*|& $package $program $path|p" "$work/list"
done <"$work/packages" >"$work/targets"

count=$(wc -l <"$work/targets")
[ "$count" -gt 0 ] || {
	echo "no fuzz targets"
	exit 0
}
share=$((total / count))
[ "$share" -ge "$each" ] || each=$share
[ "$each" -ge 1 ] || each=1

while read -r target package program path; do
	# Minimize shortly: by default one interesting input may use up the whole time.
	verdict=
	if ! (cd "$package" && "$program" -test.run '^$' -test.fuzz "^$target\$" -test.fuzztime "${each}s" -test.fuzzminimizetime 10x \
		-test.fuzzcachedir "$corpus/$path") </dev/null >"$work/log" 2>&1; then
		# On a busy machine Go's fuzzer may miss its own deadline while it stops. This is not a finding: a finding names its input.
		if grep -q 'Failing input written' "$work/log" || ! grep -q '^ *context deadline exceeded$' "$work/log"; then
			cat "$work/log"
			exit 1
		fi
		verdict=' (stopped late)'
	fi
	printf '%-28s %s: %s%s\n' "$target" "$package" "$(sed -n 's/^fuzz: elapsed.*\(execs: [0-9]*\).*/\1/p' "$work/log" | tail -n 1)" "$verdict"
done <"$work/targets"
