package main

import (
	"strings"
	"testing"
)

// benchstat's output for three benchmarks, one of them with one core and with two.
const text = `goos: linux
,out.txt,
,sec/op,CI
Baseline/Gin-2,5e-08,2%
Baseline/clerk-sdk-go-2,1e-04,∞
Ours/bearer/seen_before-2,1e-06,1%
Cores/memory_of_tokens,2e-06,1%
Cores/memory_of_tokens-2,1e-06,1%
geomean,1e-06,

,out.txt,
,B/op,CI
Ours/bearer/seen_before-2,512,0%

,out.txt,
,allocs/op,CI
Ours/bearer/seen_before-2,7,0%
`

func TestRatiosAreThoseOfOneRun(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := run(strings.NewReader(text), &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| Ours/bearer/seen before | 1000 | 1% | 20.0 | 0.01 |  | 7 | 512 |  |\n",
		"| bearer token seen before | ns more than Gin | ≤ 1200 | 950 | met |\n",
		"| bearer token seen before | allocations | ≤ 6.00 | 7.00 | **missed** |\n",
		"| bearer token seen before | times as fast as clerk-sdk-go | ≥ 60.0 | 100 | met |\n",
		"| two cores, memory of tokens | × the throughput of one | ≥ 1.80 | 2.00 | met |\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no line %q in\n%s", want, &out)
		}
	}
	if strings.Contains(out.String(), "first sight") {
		t.Errorf("an aim whose rows were not measured is listed:\n%s", &out)
	}
}

func TestRatiosOfNothingAreAnError(t *testing.T) {
	t.Parallel()
	if err := run(strings.NewReader("goos: linux\n"), &strings.Builder{}); err == nil {
		t.Error("no error")
	}
}
