package wire

import "time"

func millis(t time.Time) int64 { return t.UnixMilli() }

// millisOrNull returns nil, which is null in JSON, for the zero time.
func millisOrNull(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	ms := t.UnixMilli()
	return &ms
}

func textOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Object is JSON that Clerk's documents don't describe, or that has one use.
type Object map[string]any

// List is the paginated form of a list.
type List[T any] struct {
	Data       []T `json:"data"`
	TotalCount int `json:"total_count"`
}

// TotalCount is the answer to a request for a count only.
type TotalCount struct {
	Object     string `json:"object"`
	TotalCount int    `json:"total_count"`
}

// NewTotalCount returns a count.
func NewTotalCount(n int) TotalCount { return TotalCount{Object: "total_count", TotalCount: n} }

// Token is an answer with one token.
type Token struct {
	Object string `json:"object"`
	JWT    string `json:"jwt"`
}

// NewToken wraps a token.
func NewToken(jwt string) Token { return Token{Object: "token", JWT: jwt} }

// Cookies is the answer to a refresh in cookie format: Set-Cookie directives.
type Cookies struct {
	Object  string   `json:"object"`
	Cookies []string `json:"cookies"`
}

// NewCookies wraps Set-Cookie directives.
func NewCookies(directives []string) Cookies { return Cookies{Object: "cookies", Cookies: directives} }
