package ratelimit_test

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dunglas/httpsfv"
	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

func named(name string, limit int64, window time.Duration) ratelimit.Charge {
	return ratelimit.Charge{Key: "someone", Policy: ratelimit.Policy{Name: name, Limit: limit, Window: window}, Cost: 1}
}

// headersOf is what a decision at the epoch sets; counts are those before it.
func headersOf(options ratelimit.HeaderOptions, charges []ratelimit.Charge, counts ...ratelimit.Counts) http.Header {
	header := http.Header{}
	ratelimit.SetHeaders(header, ratelimit.Decide(epoch, charges, append(counts, make([]ratelimit.Counts, len(charges))...)), options)
	return header
}

func current(n int64) ratelimit.Counts { return ratelimit.Counts{Start: epoch, Current: n} }

func TestSetHeaders(t *testing.T) {
	t.Parallel()
	const ten = 10 * time.Second
	one := func(charge ratelimit.Charge) []ratelimit.Charge { return []ratelimit.Charge{charge} }
	costly := named("user", 10, ten)
	costly.Cost = 4
	for _, row := range []struct {
		name            string
		charges         []ratelimit.Charge
		counts          []ratelimit.Counts
		policy, limit   string
		retryAfter      string
		xLimit, xRemain string
		xReset          string // 1767225600 is the epoch
	}{
		{
			"the first of ten: the next unit comes with the next window", one(named("user", 10, ten)), nil,
			`"user";q=10;w=10`, `"user";r=9;t=11`, "", "10", "9", "1767225611",
		},
		{
			"the last of ten", one(named("user", 10, ten)),
			[]ratelimit.Counts{current(9)},
			`"user";q=10;w=10`, `"user";r=0;t=11`, "", "10", "0", "1767225611",
		},
		{
			"one too many", one(named("user", 10, ten)),
			[]ratelimit.Counts{current(10)},
			`"user";q=10;w=10`, `"user";r=0;t=11`, "11", "10", "0", "1767225611",
		},
		{
			"one too many while the previous window decays: 1 ms is a second", one(named("user", 10, ten)),
			[]ratelimit.Counts{{Start: epoch, Previous: 10}},
			`"user";q=10;w=10`, `"user";r=0;t=1`, "1", "10", "0", "1767225601",
		},
		{
			"much remains and more comes soon: t does not promise a higher rate than the policy's", one(named("user", 100, ten)),
			[]ratelimit.Counts{{Start: epoch, Previous: 49}},
			`"user";q=100;w=10`, `"user";r=50;t=5`, "", "100", "50", "1767225601",
		},
		{
			"a cost that does not fit, though something remains: 4 of 10 are free when 6 of 10 are left", one(costly),
			[]ratelimit.Counts{{Start: epoch, Previous: 8}},
			`"user";q=10;w=10`, `"user";r=2;t=2`, "2", "10", "2", "1767225602",
		},
		{
			"a limit of 0: waiting does not help", one(named("closed", 0, ten)), nil,
			`"closed";q=0;w=10`, `"closed";r=0;t=10`, "", "0", "0", "1767225600",
		},
		{
			"a window of no whole seconds is rounded up", one(named("user", 3, 500*time.Millisecond)), nil,
			`"user";q=3;w=1`, `"user";r=2;t=1`, "", "3", "2", "1767225601",
		},
		{
			"two policies that allow: X-RateLimit is the tighter one's",
			[]ratelimit.Charge{named("user", 10, ten), named("organization", 1000, time.Hour)},
			[]ratelimit.Counts{current(0), current(995)},
			`"user";q=10;w=10, "organization";q=1000;w=3600`, `"user";r=9;t=11, "organization";r=4;t=3601`, "", "1000", "4", "1767229201",
		},
		{
			"two policies, one refuses: nothing is to be tried before Retry-After, and no t ends later",
			[]ratelimit.Charge{named("user", 10, ten), named("route", 5, time.Second)},
			[]ratelimit.Counts{current(1), current(5)},
			`"user";q=10;w=10, "route";q=5;w=1`, `"user";r=9;t=2, "route";r=0;t=2`, "2", "5", "0", "1767225602",
		},
		{
			"a name is a String, quotes and all", one(named(`a "b" \c`, 1, time.Second)), nil,
			`"a \"b\" \\c";q=1;w=1`, `"a \"b\" \\c";r=0;t=2`, "", "1", "0", "1767225602",
		},
		{
			"a name that nobody validated does not break out", one(named("x\r\nSet-Cookie: ä", 1, time.Second)), nil,
			`"x??Set-Cookie: ??";q=1;w=1`, `"x??Set-Cookie: ??";r=0;t=2`, "", "1", "0", "1767225602",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			want := http.Header{}
			for name, value := range map[string]string{"RateLimit-Policy": row.policy, "RateLimit": row.limit, "Retry-After": row.retryAfter} {
				if value != "" {
					want.Set(name, value)
				}
			}
			if diff := cmp.Diff(want, headersOf(ratelimit.HeaderOptions{}, row.charges, row.counts...)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			want.Set("X-RateLimit-Limit", row.xLimit)
			want.Set("X-RateLimit-Remaining", row.xRemain)
			want.Set("X-RateLimit-Reset", row.xReset)
			if diff := cmp.Diff(want, headersOf(ratelimit.HeaderOptions{XRateLimit: true}, row.charges, row.counts...)); diff != "" {
				t.Errorf("with X-RateLimit (-want +got)\n%s", diff)
			}
		})
	}
}

func TestNoHeadersWithoutPolicies(t *testing.T) {
	t.Parallel()
	header := http.Header{}
	ratelimit.SetHeaders(header, ratelimit.Decision{Allowed: true}, ratelimit.HeaderOptions{XRateLimit: true})
	ratelimit.SetHeaders(header, ratelimit.Decision{}, ratelimit.HeaderOptions{XRateLimit: true})
	if len(header) != 0 {
		t.Errorf("%v", header)
	}
}

// TestALibraryReadsWhatWasWritten: github.com/dunglas/httpsfv passes the test suite of the HTTP working group.
func TestALibraryReadsWhatWasWritten(t *testing.T) {
	t.Parallel()
	secret := bytes.Repeat([]byte("s"), ratelimit.MinPartitionSecret)
	for name, row := range map[string]struct {
		policy, want string
		limit        int64
	}{
		"a plain name":              {"user", "user", 10},
		"quotes and backslashes":    {`a"b\c`, `a"b\c`, 10},
		"what would end an item":    {`a";q=1, "b`, `a";q=1, "b`, 10},
		"line breaks":               {"a\r\nSet-Cookie: b", "a??Set-Cookie: b", 10},
		"letters beyond ASCII":      {"é", "??", 10},
		"an empty name":             {"", "", 10},
		"the largest limit":         {"user", "user", ratelimit.MaxLimit},
		"a limit that lets none in": {"user", "user", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			take := named(row.policy, row.limit, 1500*time.Millisecond)
			header := headersOf(ratelimit.HeaderOptions{PartitionSecret: secret}, []ratelimit.Charge{take, named("second", 5, time.Minute)})
			for field, parameters := range map[string]map[string]int64{
				"RateLimit-Policy": {"q": row.limit, "w": 2}, "RateLimit": {"r": max(0, row.limit-1)},
			} {
				list, err := httpsfv.UnmarshalList(header.Values(field))
				if err != nil || len(list) != 2 {
					t.Fatalf("%s: %v is read as %v, %v", field, header.Values(field), list, err)
				}
				item, ok := list[0].(httpsfv.Item)
				if !ok || item.Value != row.want {
					t.Errorf("%s: %v has the name %v", field, header.Values(field), item.Value)
				}
				for parameter, want := range parameters {
					if got, _ := item.Params.Get(parameter); got != want {
						t.Errorf("%s: %v has %s=%v, want %d", field, header.Values(field), parameter, got, want)
					}
				}
				if got, _ := item.Params.Get("pk"); got == nil {
					t.Errorf("%s: %v has no pk", field, header.Values(field))
				}
			}
		})
	}
}

func TestPartitionKeyShowsNoIdentity(t *testing.T) {
	t.Parallel()
	secret := bytes.Repeat([]byte("s"), 32)
	key := func(secret []byte, charge ratelimit.Charge) string {
		header := headersOf(ratelimit.HeaderOptions{PartitionSecret: secret}, []ratelimit.Charge{charge})
		found := regexp.MustCompile(`;pk=:([A-Za-z0-9+/]{22}==):$`).FindStringSubmatch(header.Get("RateLimit"))
		if found == nil {
			return ""
		}
		if !strings.HasSuffix(header.Get("RateLimit-Policy"), found[0]) {
			t.Errorf("%s and %s have other keys", header.Get("RateLimit-Policy"), header.Get("RateLimit"))
		}
		return found[1]
	}
	user := named("user", 10, time.Second)
	other, team := user, named("team", 10, time.Second)
	other.Key = "another"
	got := key(secret, user)
	if got == "" || got != key(secret, user) {
		t.Errorf("%q is no partition key that lasts", got)
	}
	for name, different := range map[string]string{
		"another key":    key(secret, other),
		"another policy": key(secret, team),
		"another secret": key(bytes.Repeat([]byte("t"), 32), user),
	} {
		if different == got || different == "" {
			t.Errorf("%s: %q is the same, or none", name, different)
		}
	}
	for _, weak := range [][]byte{nil, {}, []byte("15 bytes long !")} {
		if got := headersOf(ratelimit.HeaderOptions{PartitionSecret: weak}, []ratelimit.Charge{user}).Get("RateLimit"); strings.Contains(got, "pk") {
			t.Errorf("%s is made with the secret %q", got, weak)
		}
	}
}
