package instance_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// parsed is what @clerk/shared reads from a publishable key.
type parsed struct {
	InstanceType    string `json:"instanceType"`
	FrontendAPI     string `json:"frontendApi"`
	AccountsBaseURL string `json:"accountsBaseUrl"`
}

type keyRow struct {
	PublishableKey string `json:"publishableKey"`
	Options        struct {
		ProxyURL    string `json:"proxyUrl"`
		Domain      string `json:"domain"`
		IsSatellite bool   `json:"isSatellite"`
	} `json:"options"`
	Want         *parsed `json:"want"`
	CookieSuffix *string `json:"cookieSuffix"`
}

func TestConformancePublishableKeys(t *testing.T) {
	t.Parallel()
	const file = "publishable_keys.json"
	var vectors struct {
		Rows []keyRow `json:"rows"`
	}
	if err := json.Unmarshal(readVectors(t, file), &vectors); err != nil {
		t.Fatal(err)
	}
	agreeing := 0
	for i, row := range vectors.Rows {
		got := read(row)
		if diff := cmp.Diff(row.Want, got); diff != "" {
			t.Errorf("row %d, key %q, options %+v (-want +got):\n%s", i, row.PublishableKey, row.Options, diff)
			continue
		}
		if row.CookieSuffix != nil && instance.CookieSuffix(row.PublishableKey) != *row.CookieSuffix {
			t.Errorf("row %d, key %q: suffix %q, want %q", i, row.PublishableKey,
				instance.CookieSuffix(row.PublishableKey), *row.CookieSuffix)
			continue
		}
		agreeing++
	}
	if len(vectors.Rows) == 0 {
		t.Error("no rows")
	}
	fmt.Fprintf(os.Stdout, "conformance: %s %d/%d\n", file, agreeing, len(vectors.Rows))
}

func read(row keyRow) *parsed {
	key, err := instance.ParsePublishableKey(row.PublishableKey)
	if err != nil {
		return nil
	}
	frontendAPI := key.FrontendAPIFor(instance.Deployment{
		ProxyURL: row.Options.ProxyURL, Domain: row.Options.Domain, Satellite: row.Options.IsSatellite,
	})
	return &parsed{
		InstanceType:    string(key.Type()),
		FrontendAPI:     frontendAPI,
		AccountsBaseURL: instance.AccountPortal(frontendAPI),
	}
}

// readVectors reads a file of recorded decisions. GINCLERK_CONFORMANCE_DIR names another folder to read them from.
func readVectors(t *testing.T, name string) []byte {
	t.Helper()
	dir := "testdata"
	if other := os.Getenv("GINCLERK_CONFORMANCE_DIR"); other != "" {
		dir = other
	}
	content, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}
