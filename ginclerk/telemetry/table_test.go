package telemetry_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/telemetry"
)

var update = flag.Bool("update", false, "write TELEMETRY.md")

const tableFile = "TELEMETRY.md"

// document is TELEMETRY.md.
func document() string {
	var text strings.Builder
	text.WriteString("# Instruments of package telemetry\n\n")
	text.WriteString("The scope is `" + telemetry.ScopeName + "`. `go test ./ginclerk/telemetry -update` writes this file from the code; a test fails where they differ,\n")
	text.WriteString("and another one holds what is measured against it, through a real engine and the embedded Clerk.\n\n")
	text.WriteString("Durations are in seconds. No attribute holds an id, a path or an address, and each has 100 values at most: further ones are `_OTHER`.\n")
	text.WriteString("Prometheus gets `ginclerk.decision.duration` as `ginclerk_decision_duration_seconds`, and a counter with `_total` at its end.\n\n")
	text.WriteString("| Instrument | Type | Unit | Attributes | What it counts |\n| --- | --- | --- | --- | --- |\n")
	for _, row := range telemetry.Table() {
		attributes := "none"
		if len(row.Attributes) > 0 {
			attributes = "`" + strings.Join(row.Attributes, "`, `") + "`"
		}
		fmt.Fprintf(&text, "| `%s` | %s | `%s` | %s | %s |\n", row.Name, row.Type, row.Unit, attributes, row.Counts)
	}
	text.WriteString("\n`error.type` is `timeout`, `canceled`, an HTTP status such as `503`, or `_OTHER`; a success has none.\n")
	return text.String()
}

func TestTheTableIsInTheFile(t *testing.T) {
	t.Parallel()
	if *update {
		if err := os.WriteFile(tableFile, []byte(document()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(tableFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(written) != document() {
		t.Errorf("%s differs from the code; run this test with -update", tableFile)
	}
}
