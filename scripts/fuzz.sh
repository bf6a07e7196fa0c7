#!/bin/sh
# Runs every fuzz target for a short time: scripts/fuzz.sh EACH TOTAL, both in seconds. With many targets each gets its
# share of the total, at least one second.
set -eu
each=$1
total=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Only packages that have fuzz targets are built; which targets there are, go test itself says.
grep -rl --include='*_test.go' '^func Fuzz' . | sed 's|/[^/]*$||' | sort -u >"$work/packages"
while IFS= read -r package; do
	go test -list '^Fuzz' "$package" </dev/null >"$work/list" || {
		cat "$work/list"
		exit 1
	}
	sed -n "s|^Fuzz.*|& $package|p" "$work/list"
done <"$work/packages" >"$work/targets"

count=$(wc -l <"$work/targets")
[ "$count" -gt 0 ] || {
	echo "no fuzz targets"
	exit 0
}
share=$((total / count))
[ "$share" -ge "$each" ] || each=$share
[ "$each" -ge 1 ] || each=1

while read -r target package; do
	# A short minimization: by default one interesting input may use up the whole time.
	verdict=
	if ! go test -run '^$' -fuzz "^$target\$" -fuzztime "${each}s" -fuzzminimizetime 10x "$package" </dev/null >"$work/log" 2>&1; then
		# On a busy machine go's fuzzer may miss its own deadline while it stops. That is no finding: a finding names its input.
		if grep -q 'Failing input written' "$work/log" || ! grep -q '^ *context deadline exceeded$' "$work/log"; then
			cat "$work/log"
			exit 1
		fi
		verdict=' (stopped late)'
	fi
	printf '%-28s %s: %s%s\n' "$target" "$package" "$(sed -n 's/^fuzz: elapsed.*\(execs: [0-9]*\).*/\1/p' "$work/log" | tail -n 1)" "$verdict"
done <"$work/targets"
