#!/bin/sh
# Compares rate limits in Redis with those of ulule/limiter: scripts/bench-redis.sh COUNT. It needs redis-server, which it starts on a
# free port. Each pass has all rows take turns many times; the table has benchstat's medians of the passes. The raw text stays in
# bench/out.
set -eu
count=$1
cd "$(dirname "$0")/.."
mkdir -p bench/out
raw=bench/out/redis-$(date +%Y%m%d-%H%M%S)-$$.txt

if ! command -v redis-server >/dev/null 2>&1; then
	echo 'MISSING: redis-server. On Debian or Ubuntu: sudo apt-get install redis-server' >&2
	exit 1
fi

go test -c -o bench/out/redisstore.test ./ginclerk/redisstore
if ! (cd ginclerk/redisstore && ../../bench/out/redisstore.test -test.run '^$' -test.bench '^BenchmarkLimits$' -test.benchtime 50x -test.count "$count") >"$raw" 2>&1; then
	tail -n 30 "$raw" >&2
	exit 1
fi

[ "$count" -ge 10 ] || echo "medians of $count: a table for BENCHMARKS.md needs at least ten" >&2
if ! (cd bench/tools && go tool benchstat -format csv -row .fullname "../../$raw") >"$raw.csv" 2>"$raw.warnings"; then
	cat "$raw.warnings" >&2
	exit 1
fi
# benchstat writes a table for each unit: a line with the unit in its second field, then name, median and spread for each row.
awk -F, '
	$1 == "geomean" || ($1 == "" && $2 == "") { next }
	$1 == "" && $2 ~ /^(µs|throughput)\// { split($2, unit, "/") ; next }
	$1 == "" { unit[1] = "" ; next }
	unit[1] == "throughput" { sub(/^Limits\/callers=/, "", $1); sub(/-[0-9]+$/, "", $1)
		key = $1 SUBSEP unit[2]; ratio[key] = $2; spread[key] = $3; order[++n] = key }
	unit[1] == "µs" { sub(/^Limits\/callers=/, "", $1); sub(/-[0-9]+$/, "", $1); time[$1 SUBSEP unit[2]] = $2 }
	END {
		print "| callers | store | µs/decision | throughput, × ulule | ± |"
		print "|--:|---|--:|--:|--:|"
		for (i = 1; i <= n; i++) { split(order[i], part, SUBSEP)
			printf "| %s | %s | %.1f | %.2f | %s |\n", part[1], part[2], time[order[i]], ratio[order[i]], spread[order[i]] }
	}' "$raw.csv" | { read -r head; echo "$head"; read -r line; echo "$line"; sort -t'|' -k2,2n -s; }
echo "raw text: $raw" >&2
