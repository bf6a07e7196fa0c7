// Program ratios reads the CSV of benchstat from standard input. It prints two tables in Markdown: each benchmark beside Gin alone,
// clerk-sdk-go and crypto/rsa, and what the project aims at beside what was measured. It fails only when it can't read its input:
// times depend on the machine.
package main

import (
	"errors"
	"fmt"
	"os"
)

func main() {
	rows, err := read(os.Stdin)
	if err == nil && len(rows) == 0 {
		err = errors.New("no benchmarks on standard input")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "ratios:", err)
		os.Exit(1)
	}
	writeRows(os.Stdout, rows)
	writeAims(os.Stdout, rows)
}
