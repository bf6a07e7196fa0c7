#!/bin/sh
# Runs benchmarks of the module bench: scripts/bench.sh COUNT BENCHTIME BENCHMARKS SKIPPED. The last two are patterns of go test.
# Each pass is one process that runs all of them, so that what else the machine does falls on all rows alike. The raw text stays in
# bench/out; benchstat takes the medians, and bench/cmd/ratios prints the ratios. benchstat
# is in a module of its own, so that what is measured has the versions that the plugin requires.
set -eu
count=$1
time=$2
benchmarks=$3
skipped=$4
cd "$(dirname "$0")/../bench"
mkdir -p out
raw=out/$(date +%Y%m%d-%H%M%S)-$$.txt

go test -c -o out/bench.test .

run() {
	if ! ./out/bench.test -test.run '^$' -test.bench "$benchmarks" -test.benchtime "$time" -test.timeout 60m "$@" >>"$raw" 2>&1; then
		tail -n 30 "$raw" >&2
		exit 1
	fi
}

pass=1
while [ "$pass" -le "$count" ]; do
	echo "pass $pass of $count" >&2
	run -test.skip "$skipped|^BenchmarkCores"
	run -test.skip "$skipped|^Benchmark[^C]" -test.cpu 1,2 # BenchmarkCores, with one core and with two
	pass=$((pass + 1))
done

[ "$count" -ge 10 ] || echo "medians of $count: a table for BENCHMARKS.md needs at least ten" >&2
# benchstat warns of each row with fewer than six values.
if ! (cd tools && go tool benchstat -format csv -row .fullname "../$raw") >"$raw.csv" 2>"$raw.warnings"; then
	cat "$raw.warnings" >&2
	exit 1
fi
go run ./cmd/ratios <"$raw.csv"
echo "raw text: bench/$raw" >&2
