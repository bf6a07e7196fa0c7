package clerkapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/clerk/clerk-sdk-go/v2"

	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
)

// RefreshParams are the values of a browser whose session token has expired.
type RefreshParams struct {
	// ExpiredToken is the session token that expired. Required.
	ExpiredToken string
	// RefreshToken is the value of the browser's refresh cookie. Required.
	RefreshToken string
	// RequestOrigin is the origin of the application, such as https://app.example.com. Required.
	RequestOrigin string
	// RequestHeaders are the headers of the browser's request that are sent to Clerk. Choose them by an allow-list, because they
	// leave this machine.
	RequestHeaders map[string][]string
	// SuffixedCookies asks for cookies with the instance's suffix.
	SuffixedCookies bool
}

// String keeps the tokens out of text.
func (p RefreshParams) String() string { return "clerkapi.RefreshParams{…}" }

// LogValue keeps the tokens out of logs.
func (p RefreshParams) LogValue() slog.Value { return slog.StringValue(p.String()) }

// Format keeps the tokens out of text of every verb.
func (p RefreshParams) Format(state fmt.State, _ rune) { unprinted.Write(state, p.String()) }

// MarshalText keeps the tokens out of JSON.
func (p RefreshParams) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

type refreshBody struct {
	clerk.APIParams
	Format         string              `json:"format"`
	ExpiredToken   string              `json:"expired_token"`
	RefreshToken   string              `json:"refresh_token"`
	RequestOrigin  string              `json:"request_origin"`
	RequestHeaders map[string][]string `json:"request_headers"`
}

type cookieDirectives struct {
	clerk.APIResource
	Cookies []string `json:"cookies"`
}

// RefreshSession exchanges a refresh token for new cookies and returns their Set-Cookie directives as Clerk wrote them,
// in Clerk's order. If Clerk refuses the refresh token, the error matches [ErrCredential] and [Error.Code] says why.
//
// POST /v1/sessions/{id}/refresh, format "cookie".
func (c *Client) RefreshSession(ctx context.Context, id string, p RefreshParams) ([]string, error) {
	const op = "refresh session"
	if !validID(id, prefixSession) {
		return nil, noSuch(op)
	}
	path := "/sessions/" + id + "/refresh"
	if p.SuffixedCookies {
		path += "?suffixed_cookies=true"
	}
	headers := p.RequestHeaders
	if headers == nil {
		headers = map[string][]string{}
	}
	var out cookieDirectives
	err := c.call(ctx, op, http.MethodPost, path, &refreshBody{
		Format:         "cookie",
		ExpiredToken:   p.ExpiredToken,
		RefreshToken:   p.RefreshToken,
		RequestOrigin:  p.RequestOrigin,
		RequestHeaders: headers,
	}, &out)
	if err != nil {
		return nil, blameCredential(err)
	}
	if len(out.Cookies) == 0 {
		return nil, garbage(op)
	}
	return out.Cookies, nil
}

// blameCredential turns a 401 or 403 of Clerk into a refusal of the browser's credential, unless the code is about the secret
// key.
func blameCredential(err error) error {
	answer, ok := errors.AsType[*Error](err)
	if !ok || !errors.Is(answer, ErrUnauthorized) || refusesKey(answer.Code) ||
		answer.Code == "authentication_invalid" || answer.Code == "authorization_invalid" {
		return err
	}
	blamed := *answer
	blamed.kind = ErrCredential
	return &blamed
}

// refusesKey reports whether the code is about the secret key at either API.
func refusesKey(code string) bool { return code == "clerk_key_invalid" || code == "secret_key_invalid" }
