#!/bin/sh
# Runs benchmarks of the module bench: scripts/bench.sh COUNT BENCHTIME [BENCHMARKS [SKIPPED]]. The last two are patterns of go test.
# Each pass is one process that runs all of them, so that what else the machine does falls on all rows alike. The raw text stays in
# bench/out; benchstat takes the medians, and bench/cmd/ratios prints the ratios.
set -eu
count=$1
time=$2
benchmarks=${3:-.}
skipped=${4:-^BenchmarkScale}
cd "$(dirname "$0")/../bench"
mkdir -p out
raw=out/$(date +%Y%m%d-%H%M%S)-$$.txt

go test -c -o out/bench.test .
pass=1
while [ "$pass" -le "$count" ]; do
	echo "pass $pass of $count" >&2
	# The rows of BenchmarkCores need the number of cores beside them; all others run with all cores.
	./out/bench.test -test.run '^$' -test.bench "$benchmarks" -test.skip "$skipped|^BenchmarkCores" -test.benchtime "$time" -test.timeout 30m >>"$raw"
	./out/bench.test -test.run '^$' -test.bench "$benchmarks" -test.skip "$skipped|^Benchmark[^C]" -test.benchtime "$time" -test.cpu 1,2 >>"$raw"
	pass=$((pass + 1))
done

# benchstat warns of each row that has fewer than six values; one line says it for all.
[ "$count" -ge 10 ] || echo "medians of $count: fewer than the ten that BENCHMARKS.md asks for" >&2
go tool benchstat -format csv -row .fullname "$raw" 2>/dev/null >"$raw.csv"
go run ./cmd/ratios <"$raw.csv"
echo "raw text: bench/$raw" >&2
