package authn_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// The vectors are decisions recorded from @clerk/backend. GINCLERK_CONFORMANCE_DIR names another folder of the same form.
func conformanceDir() string {
	if dir := os.Getenv("GINCLERK_CONFORMANCE_DIR"); dir != "" {
		return dir
	}
	return filepath.Join("testdata", "conformance")
}

type recordedInstance struct {
	PublishableKey string            `json:"publishableKey"`
	SecretKey      string            `json:"secretKey"`
	PEM            string            `json:"jwtKeyPem"`
	JWKS           json.RawMessage   `json:"jwks"`
	Tokens         map[string]string `json:"tokens"`
	Handshakes     map[string]string `json:"handshakes"`
}

type recordedInstances struct {
	Now       int64                       `json:"now"`
	Instances map[string]recordedInstance `json:"instances"`
}

type recordedRow struct {
	Name     string          `json:"name"`
	Instance string          `json:"instance"`
	Options  recordedOptions `json:"options"`
	Backend  []backendAnswer `json:"backend"`
	Request  struct {
		Method  string      `json:"method"`
		URL     string      `json:"url"`
		Headers [][2]string `json:"headers"`
	} `json:"request"`
	Want struct {
		Status             string          `json:"status"`
		Reason             string          `json:"reason"`
		TokenType          string          `json:"tokenType"`
		Headers            [][2]string     `json:"headers"`
		SetCookie          []string        `json:"setCookie"`
		Auth               map[string]any  `json:"auth"`
		AuthPendingAllowed *bool           `json:"authPendingAllowed"`
		Error              json.RawMessage `json:"error"`
	} `json:"want"`
	WantBackendCalls []struct {
		Method string          `json:"method"`
		Path   string          `json:"path"`
		Body   json.RawMessage `json:"body"`
	} `json:"wantBackendCalls"`
}

type recordedOptions struct {
	JWTKey                  bool            `json:"jwtKey"`
	AuthorizedParties       []string        `json:"authorizedParties"`
	Audience                json.RawMessage `json:"audience"`
	ClockSkewInMS           *float64        `json:"clockSkewInMs"`
	IsSatellite             bool            `json:"isSatellite"`
	Domain                  string          `json:"domain"`
	ProxyURL                string          `json:"proxyUrl"`
	SignInURL               string          `json:"signInUrl"`
	SatelliteAutoSync       bool            `json:"satelliteAutoSync"`
	OrganizationSyncOptions struct {
		OrganizationPatterns    []string `json:"organizationPatterns"`
		PersonalAccountPatterns []string `json:"personalAccountPatterns"`
	} `json:"organizationSyncOptions"`
	AcceptsToken json.RawMessage `json:"acceptsToken"`
}

type backendAnswer struct {
	Method       string          `json:"method"`
	Path         string          `json:"path"`
	Status       int             `json:"status"`
	JSON         json.RawMessage `json:"json"`
	NetworkError bool            `json:"network_error"`
}

func TestConformanceAuthenticate(t *testing.T) {
	t.Parallel()
	instances := readInstances(t)
	for _, name := range []string{"cookies", "header", "handshake", "refresh", "satellite", "organization_sync", "machine", "url"} {
		file := "authenticate_" + name + ".jsonl"
		rows := readRows(t, file, instances)
		satellites := satellitesOf(rows)
		agreeing := 0
		for i, row := range rows {
			problem := checkRow(t, row, instances, satellites)
			if problem == "" {
				agreeing++
				continue
			}
			if why := exceptionFor(row); why != "" {
				t.Logf("exception: %s row %q: %s", file, row.Name, why)
				continue
			}
			t.Errorf("%s row %d %q (%s %s %v, options %+v):\n%s", file, i+1, row.Name, row.Request.Method, row.Request.URL,
				row.Request.Headers, row.Options, problem)
		}
		if len(rows) == 0 {
			t.Errorf("%s has no rows", file)
		}
		fmt.Fprintf(os.Stdout, "conformance: %s %d/%d\n", file, agreeing, len(rows))
	}
}

func readInstances(tb testing.TB) recordedInstances {
	tb.Helper()
	raw, err := os.ReadFile(filepath.Join(conformanceDir(), "instances.json"))
	if err != nil {
		tb.Fatal(err)
	}
	var instances recordedInstances
	if err := json.Unmarshal(raw, &instances); err != nil {
		tb.Fatal(err)
	}
	return instances
}

var placeholder = regexp.MustCompile(`\{\{(tok|hs):([^}]+)\}\}`)

func readRows(t *testing.T, file string, instances recordedInstances) []recordedRow {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(conformanceDir(), file))
	if err != nil {
		t.Fatal(err)
	}
	var rows []recordedRow
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var head struct {
			Instance string `json:"instance"`
		}
		if err := json.Unmarshal(lines.Bytes(), &head); err != nil {
			t.Fatal(err)
		}
		in := instances.Instances[head.Instance]
		line := placeholder.ReplaceAllStringFunc(lines.Text(), func(match string) string {
			parts := placeholder.FindStringSubmatch(match)
			value := in.Tokens[parts[2]]
			if parts[1] == "hs" {
				value = in.Handshakes[parts[2]]
			}
			quoted, _ := json.Marshal(value)
			return string(quoted[1 : len(quoted)-1])
		})
		var row recordedRow
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// satellitesOf returns the satellites of the recorded applications: those that the rows redirect back to from the primary application.
func satellitesOf(rows []recordedRow) []string {
	var origins []string
	for _, row := range rows {
		if !row.Options.IsSatellite {
			if u, err := url.Parse(row.Request.URL); err == nil {
				if back, err := url.Parse(u.Query().Get("__clerk_redirect_url")); err == nil && back.Host != "" {
					origins = append(origins, back.Scheme+"://"+back.Host)
				}
			}
		}
	}
	slices.Sort(origins)
	return slices.Compact(origins)
}
