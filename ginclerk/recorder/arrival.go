package recorder

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/bearer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/mask"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

const (
	maxNames = 40
	maxName  = 64
	// longSegment is the length from which a segment of a path may be a secret: of a link that resets a password, say.
	longSegment = 33
	// chanceSegment is the length from which a segment with digits may be one.
	chanceSegment = 20
	masked        = "…"
)

// Arrival is what came in. It has names, and no value that could be a credential.
type Arrival struct {
	Method string `json:"method,omitempty"`
	// Target is the path and the query, without values that may be secrets.
	Target string `json:"target,omitempty"`
	// Expects is the kind of answer that the client expects: "page", "api" or "htmx".
	Expects string `json:"expects,omitempty"`
	// Site is Sec-Fetch-Site, and Destination Sec-Fetch-Dest.
	Site        string `json:"site,omitempty"`
	Destination string `json:"destination,omitempty"`
	// Headers and Cookies are the names of those that the request has, sorted, 40 at most.
	Headers []string `json:"headers,omitempty"`
	Cookies []string `json:"cookies,omitempty"`
	// Token is what the token says of itself that the request presents; nil without one that can be read. Anyone can write such a token.
	Token *Token `json:"token,omitempty"`
}

// Token is what a token says of itself. Nothing of it is verified, and nothing of it signs anybody in.
type Token struct {
	// In is "header" or "cookie".
	In     string `json:"in"`
	KeyID  string `json:"key_id,omitempty"`
	Issuer string `json:"issuer,omitempty"`
	Party  string `json:"party,omitempty"`
	// Age is how long ago the token says that it was issued, and Left how long it says that it lives on; negative where it has expired.
	Age  time.Duration `json:"age_ns"`
	Left time.Duration `json:"left_ns"`
}

// Watch returns the handler that says what comes in and how requests end. Put it in front of Attach and of all guards:
//
//	r.Use(recorder.Watch(), clerk.Attach())
func (r *Recorder) Watch() gin.HandlerFunc {
	return func(c *gin.Context) {
		if path := c.Request.URL.Path; path == PagePath || strings.HasPrefix(path, PagePath+"/") {
			// Who reads the page would push out what they look for.
			c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), recordKey{r}, &record{ignored: true}))
			return
		}
		one := r.begin(r.arrivalOf(c.Request))
		c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), recordKey{r}, one))
		defer func() { r.finish(one, c.Writer.Status(), kindOf(c)) }()
		c.Next()
	}
}

func kindOf(c *gin.Context) string {
	switch exchange.KindOf(c) {
	case visit.Page:
		return "page"
	case visit.HTMX:
		return "htmx"
	default:
		return "api"
	}
}

func (r *Recorder) arrivalOf(request *http.Request) Arrival {
	var cookies []string
	for _, cookie := range request.Cookies() {
		cookies = append(cookies, cookie.Name)
	}
	return Arrival{
		Method: clean(request.Method), Target: targetOf(request), Site: clean(request.Header.Get("Sec-Fetch-Site")),
		Destination: clean(request.Header.Get("Sec-Fetch-Dest")),
		Headers:     names(slices.Collect(maps.Keys(request.Header))), Cookies: names(cookies), Token: r.tokenOf(request),
	}
}

// targetOf returns the target of a request without what may be a secret.
func targetOf(request *http.Request) string {
	target := request.URL.EscapedPath()
	if len(target) > 4*maxText {
		return "a path of " + strconv.Itoa(len(target)) + " bytes"
	}
	segments := strings.Split(target, "/")
	for i, segment := range segments {
		if maySecret(segment) {
			segments[i] = masked
		}
	}
	target = strings.Join(segments, "/")
	if query := request.URL.RawQuery; query != "" {
		if len(query) > 4*maxText {
			return clean(target + "?" + masked)
		}
		target = mask.Target(target + "?" + query)
	}
	return clean(target)
}

// maySecret reports whether a segment of a path may be a secret: it is long, or long enough for one and has digits, as what was made by chance has.
// The ids of users and organizations are none, and an entry has that of its user anyway.
func maySecret(segment string) bool {
	switch {
	case len(segment) >= longSegment, strings.Contains(segment, "eyJ"):
		return true
	case strings.HasPrefix(segment, "user_"), strings.HasPrefix(segment, "org_"):
		return false
	default:
		return len(segment) >= chanceSegment && strings.ContainsAny(segment, "0123456789")
	}
}

// names returns names sorted, each once, and without those that are none: anything can stand in front of the equals sign of a cookie.
func names(all []string) []string {
	slices.Sort(all)
	kept := make([]string, 0, min(len(all), maxNames))
	for _, name := range slices.Compact(all) {
		if len(name) <= maxName && !strings.Contains(name, "eyJ") && len(kept) < maxNames {
			kept = append(kept, clean(name))
		}
	}
	return kept
}

// tokenOf reads the token that a request presents. It verifies nothing.
func (r *Recorder) tokenOf(request *http.Request) *Token {
	if raw, presented := bearer.Presented(request.Header); presented {
		return r.describe("header", raw)
	}
	var found *Token
	for _, cookie := range request.Cookies() {
		if cookie.Name == "__session" || strings.HasPrefix(cookie.Name, "__session_") {
			if said := r.describe("cookie", cookie.Value); said != nil {
				found = said
			}
		}
	}
	return found
}

func (r *Recorder) describe(in, raw string) *Token {
	read, err := token.Read(raw)
	if err != nil {
		return nil
	}
	claims, now := read.Claims(), r.now()
	said := &Token{In: in, KeyID: clean(read.KeyID()), Issuer: clean(claims.Issuer), Party: clean(claims.AuthorizedParty)}
	if !claims.IssuedAt.IsZero() {
		said.Age = now.Sub(claims.IssuedAt)
	}
	if !claims.ExpiresAt.IsZero() {
		said.Left = claims.ExpiresAt.Sub(now)
	}
	return said
}
