package authn_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
)

// recordedBackend answers as the row says and records the calls.
type recordedBackend struct {
	answers []backendAnswer
	calls   []string
	bodies  []map[string]any
}

type recordedError struct{ code string }

func (e recordedError) Error() string     { return "recorded: " + e.code }
func (e recordedError) ErrorCode() string { return e.code }

func (b *recordedBackend) find(method, path string, body map[string]any) (backendAnswer, bool) {
	b.calls = append(b.calls, method+" "+path)
	b.bodies = append(b.bodies, body)
	bare, _, _ := strings.Cut(path, "?")
	for _, answer := range b.answers {
		if answer.Method == method && (answer.Path == path || answer.Path == bare) {
			return answer, true
		}
	}
	return backendAnswer{}, false
}

func (b *recordedBackend) ask(method, path string, body map[string]any) (json.RawMessage, error) {
	answer, found := b.find(method, path, body)
	switch {
	case !found:
		return nil, recordedError{code: "resource_not_found"}
	case answer.NetworkError:
		return nil, fmt.Errorf("%w: connection refused", authn.ErrUnreachable)
	default:
		return answer.result()
	}
}

func (a backendAnswer) result() (json.RawMessage, error) {
	if a.Status < 300 {
		return a.JSON, nil
	}
	var envelope struct {
		Errors []struct {
			Code string `json:"code"`
		} `json:"errors"`
	}
	_ = json.Unmarshal(a.JSON, &envelope)
	if len(envelope.Errors) == 0 {
		return nil, errors.New("an error without a code")
	}
	return nil, recordedError{code: envelope.Errors[0].Code}
}

func (b *recordedBackend) RefreshSession(_ context.Context, id string, r authn.Refresh) ([]string, error) {
	path := "/v1/sessions/" + id + "/refresh"
	if r.SuffixedCookies {
		path += "?suffixed_cookies=true"
	}
	raw, err := b.ask("POST", path, map[string]any{
		"format": "cookie", "expired_token": r.ExpiredToken, "refresh_token": r.RefreshToken, "request_origin": r.RequestOrigin,
	})
	if err != nil {
		return nil, err
	}
	var answer struct {
		Cookies []string `json:"cookies"`
	}
	err = json.Unmarshal(raw, &answer)
	return answer.Cookies, err
}

func (b *recordedBackend) HandshakePayload(_ context.Context, nonce string) ([]string, error) {
	raw, err := b.ask("GET", "/v1/clients/handshake_payload?nonce="+url.QueryEscape(nonce), nil)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Directives []string `json:"directives"`
	}
	err = json.Unmarshal(raw, &answer)
	return answer.Directives, err
}

// machineVerifier is the real client of the Backend API, wired as in the plugin. Its transport answers from the recording.
type machineVerifier struct{ api *clerkapi.Client }

func newMachineVerifier(t *testing.T, b *recordedBackend, secretKey string) machineVerifier {
	t.Helper()
	api, err := clerkapi.New(clerkapi.Config{
		SecretKey: instance.SecretKey(secretKey), HTTPClient: &http.Client{Transport: recordedTransport{b}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return machineVerifier{api}
}

func (m machineVerifier) VerifyMachineToken(ctx context.Context, kind authn.TokenType, raw string) (*authn.MachineToken, error) {
	machine, err := m.api.VerifyMachineToken(ctx, kind, raw)
	if errors.Is(err, clerkapi.ErrUnavailable) || errors.Is(err, clerkapi.ErrUnauthorized) {
		err = fmt.Errorf("%w: %w", authn.ErrUnreachable, err)
	}
	return machine, err
}

// recordedTransport answers requests to the Backend API from the recording.
type recordedTransport struct{ *recordedBackend }

func (b recordedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	var body map[string]any
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return nil, err
	}
	answer, found := b.find(r.Method, r.URL.Path, body)
	if !found {
		answer = backendAnswer{Status: http.StatusNotFound, JSON: json.RawMessage(`{"errors":[{"code":"resource_not_found"}]}`)}
	}
	if answer.NetworkError {
		return nil, errors.New("connection refused")
	}
	return &http.Response{
		StatusCode: answer.Status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader(answer.JSON)), Request: r,
	}, nil
}

type recordedKeys json.RawMessage

func (k recordedKeys) JWKS(context.Context) ([]byte, error) { return k, nil }
