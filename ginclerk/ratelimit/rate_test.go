package ratelimit_test

import (
	"errors"
	"fmt"
	"log"
	"testing"
	"time"

	"github.com/ulule/limiter/v3"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

func TestParsePolicyReadsWhatUluleWrites(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]ratelimit.Policy{
		"10-S":               {Name: "10-S", Limit: 10, Window: time.Second},
		"100-m":              {Name: "100-m", Limit: 100, Window: time.Minute},
		"1000-H":             {Name: "1000-H", Limit: 1000, Window: time.Hour},
		"20000-D":            {Name: "20000-D", Limit: 20000, Window: 24 * time.Hour},
		"":                   {},
		"10":                 {},
		"10-W":               {},
		"ten-S":              {},
		"-1-S":               {},
		"10-S-S":             {},
		"9999999999999999-S": {}, // above MaxLimit
	} {
		got, err := ratelimit.ParsePolicy(text)
		if want == (ratelimit.Policy{}) {
			if !errors.Is(err, ratelimit.ErrInvalid) {
				t.Errorf("%q: %+v, %v, want an error that matches ErrInvalid", text, got, err)
			}
			continue
		}
		if err != nil || got != want {
			t.Errorf("%q: %+v, %v, want %+v", text, got, err, want)
		}
	}
}

func TestAPolicyOfARateHasAName(t *testing.T) {
	t.Parallel()
	p := ratelimit.PolicyOf(limiter.Rate{Period: 5 * time.Minute, Limit: 3})
	if err := p.Validate(); err != nil || p.Limit != 3 || p.Window != 5*time.Minute {
		t.Errorf("%+v: %v", p, err)
	}
}

func ExampleParsePolicy() {
	policy, err := ratelimit.ParsePolicy("10-S")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(policy.Limit, policy.Window)
	// Output: 10 1s
}
