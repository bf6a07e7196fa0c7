#!/bin/sh
# Generates *_templ.go from the .templ files, and static/compressed from static/assets. It fails if the committed files differed.
set -eu

generated() {
	find . -name '*_templ.go' -not -path './.bin/*' -exec cksum {} + | sort -k3
	find ./static/compressed -type f -exec cksum {} + | sort -k3
}

find . -name '*_templ.go' -not -path './.bin/*' | while IFS= read -r file; do
	if [ ! -e "${file%_templ.go}.templ" ]; then
		echo "$file has no .templ file: remove it" >&2
		exit 1
	fi
done

before=$(generated)
go tool templ generate -log-level error
go generate ./static
after=$(generated)
if [ "$before" != "$after" ]; then
	echo "generated files were not up to date; now they are. Commit:" >&2
	printf '%s\n%s\n' "$before" "$after" | sort | uniq -u | cut -d ' ' -f 3- | sort -u >&2
	exit 1
fi
