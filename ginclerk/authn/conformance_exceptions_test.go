package authn_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// An exception is a kind of row that this package decides more strictly than Clerk. The test prints the names of the rows.
type exception struct {
	why    string
	covers func(recordedRow) bool
}

// exceptionFor returns why a row may disagree, or "".
func exceptionFor(row recordedRow) string {
	for _, e := range exceptions() {
		if e.covers(row) {
			return e.why
		}
	}
	return ""
}

func exceptions() []exception {
	return []exception{{
		why: "a redirect counter above three is a loop; Clerk compares with exactly three and goes on for ever",
		covers: func(row recordedRow) bool {
			return row.Want.Status == "handshake" && redirectCounter(row) > 3
		},
	}, {
		why: "a proxy path on a forwarded scheme other than http and https has no address; Clerk makes one up (https://ftp//…)",
		covers: func(row recordedRow) bool {
			return strings.HasPrefix(row.Options.ProxyURL, "/") && slices.ContainsFunc(row.Request.Headers, func(h [2]string) bool {
				return h[0] == "x-forwarded-proto" && !strings.HasPrefix(h[1], "http")
			})
		},
	}, {
		why: "a machine token that Clerk's API calls revoked, expired or inactive is refused; Clerk's SDK takes every answer of 200",
		covers: func(row recordedRow) bool {
			// When the audience is wrong, too, Clerk's reason is the audience.
			believed := row.Want.Status == "signed-in" || row.Want.Reason == "token-verification-failed"
			return believed && row.Want.TokenType != "session_token" && slices.ContainsFunc(row.Backend, saysInactive)
		},
	}}
}

var counterCookie = regexp.MustCompile(`__clerk_redirect_count=(\d+)`)

func redirectCounter(row recordedRow) int {
	for _, header := range row.Request.Headers {
		if found := counterCookie.FindStringSubmatch(header[1]); header[0] == "cookie" && found != nil {
			n, _ := strconv.Atoi(found[1])
			return n
		}
	}
	return 0
}

func saysInactive(a backendAnswer) bool {
	var says struct {
		Revoked, Expired bool
		Active           *bool
	}
	return a.Status == 200 && json.Unmarshal(a.JSON, &says) == nil && (says.Revoked || says.Expired || (says.Active != nil && !*says.Active))
}
