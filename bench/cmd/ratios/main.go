// Program ratios reads the CSV of benchstat from standard input. It prints two tables in Markdown: each benchmark beside Gin alone,
// clerk-sdk-go and crypto/rsa, and what the project aims at beside what was measured. It fails only when it can't read its input:
// times depend on the machine.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "ratios:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	rows, err := read(in)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return errors.New("no benchmarks on standard input")
	}
	_, err = io.WriteString(out, rows.markdown()+"\n"+rows.aims())
	return err
}
