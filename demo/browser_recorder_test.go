package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// hop is one request for a document; a redirect makes another.
type hop struct{ method, url string }

// String leaves out the query, which may have tokens.
func (h hop) String() string {
	path, _, _ := strings.Cut(h.url, "?")
	return h.method + " " + path
}

// recorder records the requests and the complaints of a tab.
type recorder struct {
	mu     sync.Mutex
	hops   []hop
	failed []string // addresses of documents with an error status
	noted  []complaint
	// refused are addresses that may answer scripts with an error status.
	refused []string
}

// complaint is a message in the browser's console, or an issue that the browser found.
type complaint struct{ text, url string }

// record gets each event of the tab, in order.
func (r *recorder) record(event any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if e.Type == network.ResourceTypeDocument {
			r.hops = append(r.hops, hop{method: e.Request.Method, url: e.Request.URL})
		}
	case *network.EventResponseReceived:
		if e.Type == network.ResourceTypeDocument && e.Response.Status >= 400 {
			r.failed = append(r.failed, e.Response.URL)
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			r.note(fmt.Sprintf("%s %s: %s", e.Entry.Source, e.Entry.Level, e.Entry.Text), e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		r.note("exception: "+e.ExceptionDetails.Text, e.ExceptionDetails.URL)
	case *runtime.EventConsoleAPICalled:
		r.note("console: "+string(e.Type), "")
	case *audits.EventIssueAdded:
		r.noteIssue(e.Issue)
	}
}

func (r *recorder) noteIssue(issue *audits.InspectorIssue) {
	if d := issue.Details.PerformanceIssueDetails; d != nil && d.PerformanceIssueType == audits.PerformanceIssueTypeDocumentCookie {
		return // the script that tells the time zone sets a cookie, and browsers without CookieStore know document.cookie alone
	}
	text := "issue: " + string(issue.Code)
	if d := issue.Details.ContentSecurityPolicyIssueDetails; d != nil {
		text += fmt.Sprintf(" %s %s", d.ViolatedDirective, d.BlockedURL)
	}
	r.note(text, "")
}

func (r *recorder) note(text, url string) { r.noted = append(r.noted, complaint{text: text, url: url}) }

// takeHops returns the requests for documents since the last call.
func (r *recorder) takeHops() []hop {
	r.mu.Lock()
	defer r.mu.Unlock()
	hops := r.hops
	r.hops = nil
	return hops
}

// expectRefusals accepts error statuses from these addresses.
func (r *recorder) expectRefusals(urls ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refused = append(r.refused, urls...)
}

// complaints returns the browser's complaints, without pages that had an error status: tests check the status themselves.
func (r *recorder) complaints() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for _, c := range r.noted {
		if c.url == "" || !slices.Contains(r.failed, c.url) && !slices.Contains(r.refused, c.url) {
			out = append(out, c.text+" "+c.url)
		}
	}
	return out
}
