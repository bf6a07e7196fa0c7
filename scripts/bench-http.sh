#!/bin/sh
# Compares servers under load on loopback: scripts/bench-http.sh ROUNDS SECONDS. It needs Linux and wrk; as root on Debian it installs
# wrk. Express needs node and npm, and is left out without them. What is built and installed stays in bench/out.
set -eu
rounds=$1
seconds=$2
cd "$(dirname "$0")/../bench"
mkdir -p out

if ! command -v wrk >/dev/null 2>&1 && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	echo 'installing wrk' >&2
	DEBIAN_FRONTEND=noninteractive
	export DEBIAN_FRONTEND
	{ apt-get update && apt-get install -y --no-install-recommends wrk; } >&2 || true
fi
if ! command -v wrk >/dev/null 2>&1; then
	echo 'MISSING: wrk, the load generator. On Debian or Ubuntu: sudo apt-get install wrk' >&2
	exit 1
fi

express=
if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1; then
	express=out/express
	mkdir -p $express
	cp express/package.json express/package-lock.json express/server.mjs $express
	if ! cmp -s $express/package-lock.json $express/installed; then
		if (cd $express && npm ci --ignore-scripts --no-audit --no-fund) >&2; then
			cp $express/package-lock.json $express/installed
		else
			echo 'MISSING: the packages of bench/express could not be installed. Left out: Express with @clerk/express.' >&2
			express=
		fi
	fi
else
	echo 'MISSING: node and npm. Left out: Express with @clerk/express.' >&2
fi

go build -o out/server ./cmd/server
go build -o out/load ./cmd/load
./out/load -server out/server -express "$express" -rounds "$rounds" -duration "${seconds}s"
