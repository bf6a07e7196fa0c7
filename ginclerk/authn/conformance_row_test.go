package authn_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
	"github.com/ginclerk/ginclerk/ginclerk/internal/weburl"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// checkRow decides as the row was recorded, with a memory that knows no token and with one that knows all that anybody could accept.
func checkRow(t *testing.T, row recordedRow, instances recordedInstances, satellites []string) string {
	t.Helper()
	if problem := decideRow(t, row, instances, satellites, false); problem != "" {
		return problem
	}
	if problem := decideRow(t, row, instances, satellites, true); problem != "" {
		return "with a memory that knows the tokens: " + problem
	}
	return ""
}

func decideRow(t *testing.T, row recordedRow, instances recordedInstances, satellites []string, warm bool) string {
	t.Helper()
	in := instances.Instances[row.Instance]
	now := func() time.Time { return time.Unix(instances.Now, 0) }
	key, err := instance.ParsePublishableKey(in.PublishableKey)
	if err != nil {
		t.Fatal(err)
	}
	backend := &recordedBackend{answers: row.Backend}
	options := authn.Options{
		PublishableKey:    key,
		Backend:           backend,
		AuthorizedParties: row.Options.AuthorizedParties,
		Audiences:         audiences(row.Options.Audience),
		ProxyURL:          row.Options.ProxyURL,
		SignInURL:         row.Options.SignInURL,
		SatelliteOrigins:  satellites,
		OrganizationSync: authn.OrganizationSync{
			OrganizationPatterns:    row.Options.OrganizationSyncOptions.OrganizationPatterns,
			PersonalAccountPatterns: row.Options.OrganizationSyncOptions.PersonalAccountPatterns,
		},
		MachineVerifier:             newMachineVerifier(t, backend, in.SecretKey),
		Now:                         now,
		UnsafeSkipIssuer:            true,
		UnsafeAllowMissingSessionID: true,
	}
	if row.Options.JWTKey {
		if options.Keys, err = jwks.NewPEM(in.PEM); err != nil {
			t.Fatal(err)
		}
	} else {
		options.Keys = jwks.NewRemote(jwks.RemoteConfig{Fetcher: recordedKeys(in.JWKS), Now: now})
	}
	if row.Options.ClockSkewInMS != nil {
		options.ClockSkew = time.Duration(*row.Options.ClockSkewInMS * float64(time.Millisecond))
		if options.ClockSkew == 0 {
			options.ClockSkew = token.NoClockSkew
		}
	}
	if row.Options.IsSatellite {
		options.Satellite = &authn.Satellite{Domain: row.Options.Domain, AutoSync: row.Options.SatelliteAutoSync}
	}
	if warm {
		sent, err := json.Marshal([]any{row.Request, row.Backend})
		if err != nil {
			t.Fatal(err)
		}
		options.Memory = warmMemory(t, options.Keys, in, now(), string(sent))
	}
	a, err := authn.New(options)
	if err != nil {
		return "New: " + err.Error()
	}
	// Browsers do not send the fragment.
	address, _, _ := strings.Cut(row.Request.URL, "#")
	request := httptest.NewRequest(row.Request.Method, address, nil)
	for _, header := range row.Request.Headers {
		if header[0] == "host" {
			request.Host = header[1]
			continue
		}
		request.Header.Add(header[0], strings.TrimSpace(header[1]))
	}
	state := a.Authenticate(authn.Request{
		HTTP: request, Origin: forwardedOrigin(request), Accepts: accepts(t, row.Options.AcceptsToken),
	})
	return compare(t, withoutFragment(row), state, backend)
}

// withoutFragment drops the fragment, which the recorder's Request objects put into the address of the handshake.
func withoutFragment(row recordedRow) recordedRow {
	_, fragment, found := strings.Cut(row.Request.URL, "#")
	if !found {
		return row
	}
	headers := slices.Clone(row.Want.Headers)
	for i, header := range headers {
		if header[0] == "location" {
			headers[i][1] = strings.NewReplacer("%23"+fragment, "", "#"+fragment, "").Replace(header[1])
		}
	}
	row.Want.Headers = headers
	return row
}

func audiences(raw json.RawMessage) []string {
	var one string
	if json.Unmarshal(raw, &one) == nil && one != "" {
		return []string{one}
	}
	var many []string
	_ = json.Unmarshal(raw, &many)
	return many
}

// accepts reads acceptsToken: absent, one kind, "any" or a list.
func accepts(t *testing.T, raw json.RawMessage) authn.Accepts {
	t.Helper()
	var one authn.TokenType
	var many []authn.TokenType
	switch {
	case raw == nil:
		return authn.Accepts{}
	case json.Unmarshal(raw, &one) == nil && one == "any":
		return authn.AcceptAny()
	case json.Unmarshal(raw, &one) == nil:
		return authn.AcceptOnly(one)
	case json.Unmarshal(raw, &many) == nil:
		return authn.AcceptOneOf(many...)
	default:
		t.Fatalf("acceptsToken is %s", raw)
		return authn.Accepts{}
	}
}

// forwardedOrigin derives the origin as Clerk's JavaScript SDKs do: it trusts X-Forwarded-Host and X-Forwarded-Proto from every
// sender, with every scheme.
func forwardedOrigin(r *http.Request) string {
	scheme, host := "http", r.Host
	if r.TLS != nil {
		scheme = "https"
	}
	connection := scheme + "://" + host
	if forwarded, _, _ := strings.Cut(r.Header.Get("X-Forwarded-Host"), ","); forwarded != "" {
		host = forwarded
	}
	if forwarded, _, _ := strings.Cut(r.Header.Get("X-Forwarded-Proto"), ","); forwarded != "" {
		scheme = forwarded
	}
	if _, err := weburl.Parse(scheme + "://" + host); err != nil {
		return connection
	}
	return scheme + "://" + host
}
