package main

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// figure is the median of one unit of one benchmark, and how far it may be off (95% confidence), as benchstat writes it.
type figure struct {
	median float64
	spread string
}

// row is one benchmark. figures are by benchstat's units: sec/op, B/op, allocs/op, and those of b.ReportMetric.
type row struct {
	name    string
	figures map[string]figure
}

// table has the rows in the order in which they ran.
type table []*row

// on is the number of cores that go test puts behind a name.
var on = regexp.MustCompile(`-(\d+)$`)

// label returns the name of a row from that of a benchmark. Only the rows of BenchmarkCores differ by the number of cores.
func label(name string) string {
	base, cores := name, "1"
	if found := on.FindStringSubmatch(name); found != nil {
		base, cores = strings.TrimSuffix(name, found[0]), found[1]
	}
	if strings.HasPrefix(base, "Cores/") {
		base += "/" + cores
	}
	return base
}

// read reads benchstat's CSV: for each unit a header and the rows that have it.
func read(in io.Reader) (table, error) {
	var (
		all    table
		byName = map[string]*row{}
		unit   string
	)
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		fields, err := csv.NewReader(strings.NewReader(lines.Text())).Read()
		if err != nil || len(fields) < 3 {
			continue // an empty line, or the description of the machine
		}
		if fields[0] == "" && fields[2] == "CI" {
			unit = fields[1]
			continue
		}
		if fields[0] == "" || fields[0] == "geomean" || unit == "" {
			continue
		}
		median, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", lines.Text(), err)
		}
		name := label(fields[0])
		if byName[name] == nil {
			byName[name] = &row{name: name, figures: map[string]figure{}}
			all = append(all, byName[name])
		}
		byName[name].figures[unit] = figure{median, fields[2]}
	}
	return all, lines.Err()
}

// of returns the median of a unit of a row, and whether it was measured.
func (t table) of(name, unit string) (float64, bool) {
	for _, r := range t {
		if r.name == name {
			f, found := r.figures[unit]
			return f.median, found
		}
	}
	return 0, false
}
