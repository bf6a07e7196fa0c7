#!/bin/sh
# Moves the packages of npm that the tests and the benchmarks pin to the newest versions that the registry has, runs the tests of
# Clerk's JavaScript clients before and after, and prints which tests have another result. The files keep the newer versions if every test that
# passed before passes after; otherwise they stay as they were, unless KEEP=1. Arguments go to go test, such as -run TestNode.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git ls-files '*package.json' >"$work/manifests"

if ! git diff --quiet HEAD -- $(cat "$work/manifests") $(sed 's/package.json$/package-lock.json/' "$work/manifests"); then
	echo "newest: commit the changes of package.json and package-lock.json first" >&2
	exit 1
fi

# pins prints a line for each pinned package: folder, name and version.
pins() {
	while read -r manifest; do
		node -e '
			const { dependencies = {} } = JSON.parse(require("fs").readFileSync(process.argv[1]));
			for (const [name, version] of Object.entries(dependencies)) console.log(process.argv[1], name, version);
		' "$manifest"
	done <"$work/manifests"
}

# results prints a line for each test: its result (PASS, FAIL or SKIP) and its name. It fails if no test ran.
results() {
	CI=true go test -count=1 -p 1 -v "$@" ./ginclerk/clerktest/clients >"$work/log" 2>&1 || true
	grep -q '^ *--- ' "$work/log" || { cat "$work/log" >&2; return 1; }
	sed -n 's/^ *--- \([A-Z]*\): \([^ ]*\).*/\1 \2/p' "$work/log" | sort -k 2
}

restore() {
	# shellcheck disable=SC2046 # paths without spaces
	git checkout -q HEAD -- $(cat "$work/manifests") $(sed 's/package.json$/package-lock.json/' "$work/manifests")
}

pins >"$work/pins"
while read -r manifest name version; do
	newest=$(npm view "$name" version)
	[ "$newest" = "$version" ] || echo "$manifest $name $version $newest"
done <"$work/pins" >"$work/newer"
if [ ! -s "$work/newer" ]; then
	echo "newest: all $(wc -l <"$work/pins") pins are the newest versions"
	exit 0
fi

echo "newest: the tests before"
results "$@" >"$work/before"
echo "newest: the versions"
trap 'restore; rm -rf "$work"' EXIT
while read -r manifest name version newest; do
	echo "  $name $version -> $newest ($manifest)"
	node -e '
		const fs = require("fs"), [file, name, version] = process.argv.slice(1);
		const manifest = JSON.parse(fs.readFileSync(file));
		manifest.dependencies[name] = version;
		fs.writeFileSync(file, JSON.stringify(manifest, null, 2) + "\n");
	' "$manifest" "$name" "$newest"
done <"$work/newer"
cut -d ' ' -f 1 "$work/newer" | sort -u | while read -r manifest; do
	(cd "$(dirname "$manifest")" && npm install --package-lock-only --ignore-scripts --no-audit --no-fund --loglevel=error)
done
echo "newest: the tests after"
results "$@" >"$work/after"

passing() { echo "$(grep -c ^PASS "$1") of $(wc -l <"$1") pass"; }
echo "newest: before $(passing "$work/before"), after $(passing "$work/after")"
diff "$work/before" "$work/after" | sed -n 's/^</  before:/p; s/^>/  after: /p' || true
grep ^PASS "$work/before" | sort >"$work/passed"
sort "$work/after" | comm -23 "$work/passed" - >"$work/lost"
if [ -s "$work/lost" ] && [ "${KEEP:-}" != 1 ]; then
	echo "newest: $(wc -l <"$work/lost") tests no longer pass, so the pins stay. KEEP=1 moves them nevertheless" >&2
	exit 1
fi
trap 'rm -rf "$work"' EXIT
echo "newest: the pins are moved; look at the changes and commit them"
