package reliability

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write RELIABILITY.md anew")

const document = "../../RELIABILITY.md"

// underLoad begins the part of RELIABILITY.md that people write: figures of make soak and make scale.
const underLoad = "\n## Under load\n"

// checkDocument compares the first part of RELIABILITY.md with what was seen.
func checkDocument(t *testing.T, seen map[row][]cell) {
	t.Helper()
	want := introduction
	for _, d := range services() {
		want += d.section(seen)
	}
	written, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	got, load, found := strings.Cut(string(written), underLoad)
	if !found {
		t.Fatalf("RELIABILITY.md has no part %q", underLoad)
	}
	if *update {
		if err := os.WriteFile(document, []byte(want+underLoad+load), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(gotLines), len(wantLines)) {
		if a, b := at(gotLines, i), at(wantLines, i); a != b {
			t.Fatalf("RELIABILITY.md is not what is so: run `go test ./internal/reliability -run TestFaultMatrix -update` and look at the difference.\nline %d\nhas  %s\nwant %s", i+1, a, b)
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// soon says when a sign-out takes effect.
var soon = regexp.MustCompile(` (Takes effect now|May take up to a minute everywhere)\.`)

// section is a table of what is seen, and one of what is logged and counted.
func (d dependency) section(seen map[row][]cell) string {
	var sees, heard table
	for i, s := range d.situations {
		well := seen[row{d.service, works}][i]
		for _, f := range d.faults {
			c := seen[row{d.service, f}][i]
			answer, usual := c.during.String(), well.during.String()
			if f == oneFailure { // which of the commands it meets is chance, and with it how soon the others are told
				answer, usual = soon.ReplaceAllString(answer, ""), soon.ReplaceAllString(usual, "")
			}
			if answer == usual {
				answer = "as ever"
			}
			sees.add(s.name, f, answer+" | "+within(d.service, c.took))
			if d.service == redisServer && (s.name == jobOfOthers || f == oneFailure) {
				continue // what a job says while it tries again, and which command a single failure meets, depends on chance
			}
			logged, events := news(c.lines, well.lines), news(c.counts, well.counts)
			if logged+events != "" {
				heard.add(s.name, f, cmp.Or(logged, "–")+" | "+cmp.Or(events, "–"))
			}
		}
	}
	text := "\n## " + string(d.service) + "\n\n" + about(d.service) + "\n\n"
	text += "| Request | Fault | The client sees | After |\n|---|---|---|---|\n" + sees.rows(d.faults)
	return text + "\nWhat is logged (warnings and errors) and counted (events of the observer) beyond what is without a fault:\n\n" +
		"| Request | Fault | Logged | Counted |\n|---|---|---|---|\n" + heard.rows(d.faults)
}

// news are the lines that are not there without a fault.
func news(lines, well []string) string {
	var all []string
	for _, line := range lines {
		if !slices.Contains(well, line) && !inBackground(line) {
			all = append(all, line)
		}
	}
	return strings.Join(all, "<br>")
}

// inBackground reports whether a line comes from what goes on beside requests, at times that chance decides.
func inBackground(line string) bool {
	return strings.HasPrefix(line, "outage ") && !strings.HasSuffix(line, " clerk") && !strings.HasPrefix(line, "outage read") || strings.Contains(line, "signout: unfinished jobs")
}

// within is a time of the document. Where a client of Redis or a job tries again after a pause of chance length, it is a bound.
func within(of service, d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return "at once"
	case of != redisServer && d%(500*time.Millisecond) == 0:
		return d.String()
	case d < 400*time.Millisecond:
		return "under 0.4 s"
	case d < 2500*time.Millisecond:
		return "under 2.5 s"
	case d < 5*time.Second:
		return "under 5 s"
	default:
		return d.String()
	}
}

// table has what is seen of each fault in each situation, as a row of a table.
type table struct {
	situations []string
	outcomes   map[string][]outcome
}

// outcome is what several faults have in common.
type outcome struct {
	text   string
	faults []fault
}

func (t *table) add(situation string, f fault, text string) {
	if t.outcomes == nil {
		t.outcomes = map[string][]outcome{}
	}
	if !slices.Contains(t.situations, situation) {
		t.situations = append(t.situations, situation)
	}
	all := t.outcomes[situation]
	i := slices.IndexFunc(all, func(o outcome) bool { return o.text == text })
	if i < 0 {
		all, i = append(all, outcome{text: text}), len(all)
	}
	all[i].faults = append(all[i].faults, f)
	t.outcomes[situation] = all
}

// rows puts situations together that are alike, and in each of them the faults that are alike.
func (t *table) rows(faults []fault) string {
	var text strings.Builder
	var done []string
	for _, s := range t.situations {
		if slices.Contains(done, s) {
			continue
		}
		var alike []string
		for _, other := range t.situations {
			if slices.EqualFunc(t.outcomes[s], t.outcomes[other], func(a, b outcome) bool { return a.text == b.text && slices.Equal(a.faults, b.faults) }) {
				alike = append(alike, other)
			}
		}
		done = append(done, alike...)
		for i, o := range t.outcomes[s] {
			first := strings.Join(alike, "<br>")
			if i > 0 {
				first = ""
			}
			fmt.Fprintf(&text, "| %s | %s | %s |\n", first, names(o.faults, faults, t.outcomes[s]), o.text)
		}
	}
	return text.String()
}

// names lists faults; all of them, and the most frequent part of many, are not listed.
func names(some, all []fault, among []outcome) string {
	if len(some) == len(all) {
		return "any"
	}
	covered := 0
	for _, o := range among {
		covered += len(o.faults)
	}
	if covered == len(all) && 2*len(some) > len(all) {
		return "any other"
	}
	var words []string
	for _, f := range some {
		words = append(words, string(f))
	}
	return strings.Join(words, ", ")
}

func about(s service) string {
	switch s {
	case keySet:
		return "The keys with which Clerk signs tokens (`GET /v1/jwks` of the Backend API). With `Tokens.JWTKey` there is nothing to fetch."
	case backendAPI:
		return "Everything else at `ClerkAPI.URL`: refresh tokens, sessions, users, machine tokens, the payload of handshakes."
	case frontendAPI:
		return "`ClerkAPI.FrontendURL`: what browsers reach through the proxy, and the calls that the server makes with a browser's own credential."
	case redisServer:
		return "`Stores.Records`, `Stores.Revocations` and `Stores.RateLimits` in Redis, with `ContextTimeoutEnabled`. An error of Redis stands in for an HTTP status: " +
			"“429” is its limit of clients, “wrong content type” a number where something else is due. Beside what the table has, each loss of Redis " +
			"is counted once as `outage began revocations` and once as `outage ended revocations`, and the search for unfinished sign-outs warns " +
			"that it can't read. What a sign-out job says while it tries again, and what is said of one failure, is not listed: it depends on chance."
	case webhooks:
		return "What Clerk sends. No request waits for a webhook, so the other requests are as ever. “500” is a handler of the application that fails."
	default:
		return ""
	}
}

const introduction = `# Reliability

What happens when something that an application needs is down. The test ` + "`TestFaultMatrix`" + ` writes this file, and fails where it is not so:
each service fails in each way in front of each kind of request, in a real Gin application on the embedded Clerk, in virtual time. The test
asserts for every cell:

- A valid token with a known key is never refused because something else is down.
- An outage is told: 503 with Retry-After and a page or JSON that says so, or a notice on the page that an action leads to. It is never a sign-out.
- With ` + "`Tokens.OutageReading`" + ` (off by default; the rows that name it) a page can be read meanwhile, is told so, and nothing else goes on.
- Nobody is signed in who would not be otherwise.
- Each wait has a bound: ten seconds for Clerk, in all calls of a request together, and two for a store.
- Nothing is lost: a form arrives once, a sign-out is done, a webhook is handled once.
- Thirty seconds after the fault everything is as before, without a restart.

How to read the tables: rows that are alike are one row. “As ever” is what the client sees without a fault. “After” is how long the longest
request took that the client sent; “at once” is no wait at all, and “under” a bound where tries have pauses of chance length. A page that says 503 has the heading in quotation marks. The faults:

| Fault | What it is |
|---|---|
| refused, DNS failure, TLS error | no connection comes about |
| slow | each answer takes 3 s (Redis: 0.3 s) |
| hanging | no answer comes, and the connection stays open |
| 429; 429, Retry-After; 500 | Clerk's own error, the second with ` + "`Retry-After: 7`" + ` |
| garbage | 200 and JSON that is none |
| HTML page, 502; HTML page, 404; HTML page, 200 | a gateway, a wrong server, a captive portal |
| truncated | the request takes effect, and its answer ends in the middle |
| wrong content type | the right answer as text/plain |
| huge body | 200 and 32 MB of white space |
| one failure | the first request is refused, and the next ones are answered (Redis: all connections are closed once) |
| LOADING, OOM, READONLY, NOAUTH | errors of Redis: it starts, is full, has become a replica, asks for a password |
`
