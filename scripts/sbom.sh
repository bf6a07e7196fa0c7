#!/bin/sh
# Writes what a program is made of, as CycloneDX JSON, beside it: the modules that Go has linked into it, by what the program itself says.
set -eu
program=$1
root=$(pwd)
cd tools/supplychain
go tool cyclonedx-gomod bin -json -std -noserial -notimestamp -output "$root/$program.cdx.json" "$root/$program"
