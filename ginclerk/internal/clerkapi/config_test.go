package clerkapi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
)

func TestNew(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		cfg     clerkapi.Config
		problem []string // parts of the error; none means that it works
	}{
		{"a secret key is enough", clerkapi.Config{SecretKey: secret}, nil},
		{"https works", clerkapi.Config{SecretKey: secret, URL: "https://api.example.com"}, nil},
		{"http to 127.0.0.1 works", clerkapi.Config{SecretKey: secret, URL: "http://127.0.0.1:4000"}, nil},
		{"http to all of 127.0.0.0/8 works", clerkapi.Config{SecretKey: secret, URL: "http://127.1.2.3"}, nil},
		{"http to ::1 works", clerkapi.Config{SecretKey: secret, URL: "http://[::1]:4000"}, nil},
		{"http to localhost works", clerkapi.Config{SecretKey: secret, URL: "http://localhost:4000/"}, nil},
		{"every problem is told", clerkapi.Config{URL: "ftp://x"}, []string{"SecretKey is missing", "URL must be"}},
		{"http elsewhere is refused", clerkapi.Config{SecretKey: secret, URL: "http://api.clerk.com"}, []string{"plain http"}},
		{"http to a name that begins like loopback is refused", clerkapi.Config{SecretKey: secret, URL: "http://127.0.0.1.example.com"}, []string{"plain http"}},
		{"http to localhost.example.com is refused", clerkapi.Config{SecretKey: secret, URL: "http://localhost.example.com"}, []string{"plain http"}},
		{"a relative address is refused", clerkapi.Config{SecretKey: secret, URL: "/v1"}, []string{"URL must be"}},
		{"an address without a host is refused", clerkapi.Config{SecretKey: secret, URL: "https://:443"}, []string{"URL must be"}},
		{"a password in the address is refused", clerkapi.Config{SecretKey: secret, URL: "https://a:hunter2@example.com"}, []string{"no user"}},
		{"a query in the address is refused", clerkapi.Config{SecretKey: secret, URL: "https://example.com?x=1"}, []string{"no user"}},
		{"a key with a line break is refused", clerkapi.Config{SecretKey: secret + "\n"}, []string{"SecretKey has"}},
		{"a key of spaces is no key", clerkapi.Config{SecretKey: "  "}, []string{"SecretKey is missing"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := clerkapi.New(tt.cfg)
			checkProblem(t, err, tt.problem)
		})
	}
}

func TestNewFrontend(t *testing.T) {
	t.Parallel()
	const dev, prod = instance.Development, instance.Production
	tests := []struct {
		name    string
		cfg     clerkapi.FrontendConfig
		problem []string
	}{
		{"address and type are enough", clerkapi.FrontendConfig{URL: "https://frontend-api.clerk.dev", InstanceType: dev}, nil},
		{"a proxy with a key works", clerkapi.FrontendConfig{URL: "https://x.dev", InstanceType: prod, ProxyURL: "https://app.example.com/__clerk", SecretKey: secret}, nil},
		{"every problem is told", clerkapi.FrontendConfig{ProxyURL: "/__clerk"}, []string{"URL must be", "InstanceType", "ProxyURL must be"}},
		{"a proxy needs a key", clerkapi.FrontendConfig{URL: "https://x.dev", InstanceType: prod, ProxyURL: "https://app.example.com/__clerk"}, []string{"needs a SecretKey"}},
		{"credentials do not go over http", clerkapi.FrontendConfig{URL: "http://x.dev", InstanceType: prod}, []string{"plain http"}},
		{"an unknown type is refused", clerkapi.FrontendConfig{URL: "https://x.dev", InstanceType: "staging"}, []string{"InstanceType"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := clerkapi.NewFrontend(tt.cfg)
			checkProblem(t, err, tt.problem)
		})
	}
}

func checkProblem(t *testing.T, err error, want []string) {
	t.Helper()
	if (err != nil) != (want != nil) {
		t.Fatalf("error is %v, want %q", err, want)
	}
	for _, part := range want {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %q", err, part)
		}
	}
	if err != nil && (strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "0123456789abc")) {
		t.Errorf("a secret in %q", err)
	}
}

func TestClientsDoNotPrintTheKey(t *testing.T) {
	t.Parallel()
	cfg := clerkapi.FrontendConfig{
		URL: "https://x.dev", InstanceType: instance.Production, ProxyURL: "https://app.example.com/__clerk", SecretKey: secret,
	}
	frontend, err := clerkapi.NewFrontend(cfg)
	if err != nil {
		t.Fatal(err)
	}
	client := newClient(t, "")
	text := fmt.Sprintf("%v %+v %#v %v %+v %#v %+v %#v", client, client, client, frontend, frontend, frontend, cfg, cfg)
	if strings.Contains(text, "0123456789abc") {
		t.Errorf("the key in %s", text)
	}
}
