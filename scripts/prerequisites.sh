#!/bin/sh
# Looks for the programs that the tests need beside Go. As root, with apt-get, it installs the missing ones; otherwise it prints
# the command. With CI=true a missing program is a failure. Otherwise it is a warning, and the tests that need the program
# repeat it when they skip.
set -eu

# The packages are Debian's.
compiler() { [ "$(go env CGO_ENABLED)" = 1 ]; } # Go looks for the compiler
redis() { command -v redis-server >/dev/null 2>&1; }
browser() {
	for name in headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
		if command -v "$name" >/dev/null 2>&1; then return 0; fi
	done
	return 1
}

node() { command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1; }

missing() {
	compiler || printf 'gcc libc6-dev '
	redis || printf 'redis-server '
	browser || printf 'chromium '
	node || printf 'nodejs npm '
}

if ! command -v go >/dev/null 2>&1; then
	echo "MISSING: go. Install Go $(sed -n 's/^go //p' go.mod) or later: see https://go.dev/doc/install" >&2
	exit 1
fi

packages=$(missing)
[ -n "$packages" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	echo "installing what the tests need: $packages" >&2
	export DEBIAN_FRONTEND=noninteractive
	# shellcheck disable=SC2086 # a list of words
	{ apt-get update && apt-get install -y --no-install-recommends $packages; } >&2 || true
	packages=$(missing)
	[ -n "$packages" ] || exit 0
fi

compiler || echo "MISSING: a C compiler. Left out: the race detector." >&2
redis || echo "MISSING: redis-server. Left out: the tests of what replicas share." >&2
browser || echo "MISSING: chromium. Left out: the tests in a browser." >&2
node || echo "MISSING: node and npm. Left out: Clerk's JavaScript clients against the embedded Clerk." >&2
echo "To get it on Debian or Ubuntu: sudo apt-get update && sudo apt-get install $packages" >&2

if [ "${CI:-}" = true ]; then
	echo "With CI=true nothing may be left out." >&2
	exit 1
fi
