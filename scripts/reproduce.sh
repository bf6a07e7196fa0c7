#!/bin/sh
# Builds the release of this commit in two clones, in folders of different names, and fails unless the programs have the same bytes.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for folder in one another/and/deeper; do
	git clone --quiet --local . "$work/$folder"
	(cd "$work/$folder" && sh scripts/release.sh .bin/release && sha256sum <.bin/release/demo) >>"$work/sums"
done
if [ "$(sort -u "$work/sums" | wc -l)" != 1 ]; then
	echo 'two builds of one commit differ:' >&2
	cat "$work/sums" >&2
	exit 1
fi
echo "release: two builds have the same bytes, sha256 $(head -c 64 "$work/sums")"
