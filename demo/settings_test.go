package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChooseClerk(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name         string
		variables    map[string]string
		wantEmbedded bool
		wantErr      string // "" means no error
	}{
		{name: "nothing is set", wantEmbedded: true},
		{name: "variables of others", variables: map[string]string{"PORT": "80", "NEXT_CLERK": "x", "GIN_MODE": "debug"}, wantEmbedded: true},
		{name: "both keys", variables: map[string]string{"CLERK_SECRET_KEY": "a", "CLERK_PUBLISHABLE_KEY": "b"}},
		{name: "both keys in release mode", variables: map[string]string{"CLERK_SECRET_KEY": "a", "CLERK_PUBLISHABLE_KEY": "b", "GIN_MODE": "release"}},
		{name: "the secret key alone", variables: map[string]string{"CLERK_SECRET_KEY": "a"}, wantErr: "CLERK_PUBLISHABLE_KEY is missing"},
		{name: "the publishable key alone", variables: map[string]string{"CLERK_PUBLISHABLE_KEY": "b"}, wantErr: "CLERK_SECRET_KEY is missing"},
		{name: "two empty keys", variables: map[string]string{"CLERK_SECRET_KEY": "", "CLERK_PUBLISHABLE_KEY": ""}, wantErr: "is set, but no Clerk keys"},
		{name: "another variable, empty", variables: map[string]string{"CLERK_DOMAIN": ""}, wantErr: "CLERK_DOMAIN is set"},
		{name: "two other variables", variables: map[string]string{"CLERK_B": "x", "CLERK_A": "x"}, wantErr: "CLERK_A is set"},
		{
			name: "a secret for webhooks alone", variables: map[string]string{"CLERK_WEBHOOK_SIGNING_SECRET": "a"},
			wantErr: "CLERK_WEBHOOK_SIGNING_SECRET is set",
		},
		{name: "release mode", variables: map[string]string{"GIN_MODE": "release"}, wantErr: "GIN_MODE is release"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var s settings
			err := s.chooseClerk(row.variables)
			if s.embedded != row.wantEmbedded {
				t.Errorf("embedded %t, want %t", s.embedded, row.wantEmbedded)
			}
			if (err == nil) != (row.wantErr == "") || err != nil && !strings.Contains(err.Error(), row.wantErr) {
				t.Errorf("error %v, want %q", err, row.wantErr)
			}
		})
	}
}

func TestReadSettings(t *testing.T) {
	clearEnvironment(t)
	for _, row := range []struct {
		name      string
		variables map[string]string
		args      []string
		want      settings
	}{
		{"nothing is set", nil, nil, settings{port: 8080, embedded: true}},
		{"a port", map[string]string{"PORT": "9000"}, nil, settings{port: 9000, embedded: true}},
		{"any free port", map[string]string{"PORT": "0"}, nil, settings{port: 0, embedded: true}},
		{"an empty port", map[string]string{"PORT": ""}, nil, settings{port: 8080, embedded: true}},
		{"debug mode", map[string]string{"GIN_MODE": "debug"}, nil, settings{port: 8080, embedded: true, debug: true}},
		{
			"origins",
			map[string]string{"ORIGINS": "https://a.example, https://b.example,"},
			nil,
			settings{port: 8080, embedded: true, origins: []string{"https://a.example", "https://b.example"}},
		},
		{
			"the dangerous flag", nil,
			[]string{"-unsafe-embedded-clerk-on-all-interfaces"},
			settings{port: 8080, embedded: true, everywhere: true},
		},
		{"keys", map[string]string{"CLERK_SECRET_KEY": "a", "CLERK_PUBLISHABLE_KEY": "b"}, nil, settings{port: 8080}},
		{
			"a secret for webhooks",
			map[string]string{"CLERK_SECRET_KEY": "a", "CLERK_PUBLISHABLE_KEY": "b", "CLERK_WEBHOOK_SIGNING_SECRET": " whsec_c\n"},
			nil,
			settings{port: 8080, webhookSecret: "whsec_c"},
		},
		{
			"secrets in files",
			map[string]string{
				"CLERK_SECRET_KEY_FILE": fileOf(t, "a"), "CLERK_PUBLISHABLE_KEY": "b", "CLERK_WEBHOOK_SIGNING_SECRET_FILE": fileOf(t, "whsec_c\n"),
				"REDIS_URL_FILE": fileOf(t, "redis://d\n"),
			},
			nil,
			settings{port: 8080, webhookSecret: "whsec_c", redisURL: "redis://d"},
		},
		{"a brand", map[string]string{"BRAND": "forest"}, nil, settings{port: 8080, embedded: true, brand: "forest"}},
		{"Redis", map[string]string{"REDIS_URL": "redis://a"}, nil, settings{port: 8080, embedded: true, redisURL: "redis://a"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			for name, value := range row.variables {
				t.Setenv(name, value)
			}
			got, err := readSettings(row.args, io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(row.want, got, cmp.AllowUnexported(settings{})); diff != "" {
				t.Errorf("settings (-want +got):\n%s", diff)
			}
		})
	}
}

// fileOf returns the path of a file with the text.
func fileOf(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadSettingsRefusesAnUnknownBrand(t *testing.T) {
	clearEnvironment(t)
	t.Setenv("BRAND", "desert")
	if _, err := readSettings(nil, io.Discard); err == nil || err.Error() != `BRAND is "desert"; it must be ginclerk or forest` {
		t.Errorf("error %v", err)
	}
}

// clearEnvironment removes the demo's variables from the environment until the test ends.
func clearEnvironment(t *testing.T) {
	t.Helper()
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		if name == "PORT" || name == "ORIGINS" || strings.HasPrefix(name, "REDIS_URL") || name == "BRAND" || name == "GIN_MODE" || strings.HasPrefix(name, "CLERK_") {
			t.Setenv(name, value) // puts it back when the test ends
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name     string
		settings settings
		want     string
	}{
		{"the embedded Clerk is for this machine alone", settings{port: 8080, embedded: true}, "127.0.0.1:8080"},
		{"unless the flag says otherwise", settings{port: 8080, embedded: true, everywhere: true}, ":8080"},
		{"with Clerk it is for everybody", settings{port: 8080}, ":8080"},
	} {
		if got := row.settings.address(); got != row.want {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
}

func TestOwnOrigins(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff([]string{"http://localhost:9000", "http://127.0.0.1:9000"}, settings{}.ownOrigins(9000)); diff != "" {
		t.Errorf("by itself (-want +got):\n%s", diff)
	}
	set := settings{origins: []string{"https://app.example.com"}}
	if diff := cmp.Diff([]string{"https://app.example.com"}, set.ownOrigins(9000)); diff != "" {
		t.Errorf("as configured (-want +got):\n%s", diff)
	}
}
