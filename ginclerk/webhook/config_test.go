package webhook_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

func TestConfig(t *testing.T) {
	t.Parallel()
	store := storage.NewMemory(storage.MemoryConfig{})
	handle := func(context.Context, webhook.Event) error { return nil }
	good := webhook.Config{Secrets: []string{secret}, Store: store, OnEvent: handle}
	tests := []struct {
		name     string
		change   func(c *webhook.Config)
		problems []string // parts of the error; none means that it works
	}{
		{"the least", func(*webhook.Config) {}, nil},
		{"several secrets", func(c *webhook.Config) { c.Secrets = []string{secret, otherSecret} }, nil},
		{"nothing at all", func(c *webhook.Config) { *c = webhook.Config{} }, []string{"Secrets are missing"}},
		{"secrets alone, to verify", func(c *webhook.Config) { *c = webhook.Config{Secrets: []string{secret}} }, nil},
		{"handlers without a store", func(c *webhook.Config) { c.Store = nil }, []string{"Store"}},
		{"an empty secret", func(c *webhook.Config) { c.Secrets = []string{secret, ""} }, []string{"Secrets[1] does not begin"}},
		{"a prefix alone, which is a key of no bytes", func(c *webhook.Config) { c.Secrets = []string{"whsec_"} }, []string{"Secrets[0] has 0 bytes"}},
		{"a short secret", func(c *webhook.Config) { c.Secrets = []string{"whsec_QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="} }, []string{"has 23 bytes"}},
		{"another kind of key", func(c *webhook.Config) { c.Secrets = []string{"sk_test_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"} }, []string{"does not begin"}},
		{"a secret that is not base64", func(c *webhook.Config) { c.Secrets = []string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!"} }, []string{"not base64"}},
		{"a secret with a line break", func(c *webhook.Config) { c.Secrets = []string{secret + "\n"} }, nil},
		{"a secret with quotes around it", func(c *webhook.Config) { c.Secrets = []string{`"` + secret + `"`} }, []string{"quotes around it"}},
		{"a secret with white space in front", func(c *webhook.Config) { c.Secrets = []string{" " + secret} }, []string{"white space"}},
		{"a key of Clerk's APIs", func(c *webhook.Config) { c.Secrets = []string{"sk_test_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"} }, []string{"key of Clerk's APIs", "endpoint's page"}},
		{"the endpoint's address", func(c *webhook.Config) { c.Secrets = []string{"https://app.example.com/webhooks"} }, []string{"address"}},
		{"seconds without a unit", func(c *webhook.Config) { c.Tolerance, c.Lease, c.RevokeFor = 300, 60, 5 }, []string{"300 * time.Second", "60 * time.Second", "5 * time.Second"}},
		{"every problem is named", func(c *webhook.Config) {
			*c = webhook.Config{Secrets: []string{"x"}, Name: "a:b", Tolerance: -1, MaxBody: -1, Lease: -1, RevokeFor: -1, OnEvent: handle}
		}, []string{"Secrets[0]", "Store", "Name", "Tolerance", "MaxBody", "Lease", "RevokeFor"}},
		{"a tolerance of days", func(c *webhook.Config) { c.Tolerance = 24 * time.Hour }, []string{"Tolerance"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			config := good
			tt.change(&config)
			_, err := webhook.New(config)
			if (err != nil) != (tt.problems != nil) {
				t.Fatalf("error is %v", err)
			}
			for _, part := range tt.problems {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q does not say %q", err, part)
				}
			}
			if err != nil && strings.Contains(err.Error(), "MfKQ9r8G") {
				t.Errorf("error %q tells a secret", err)
			}
		})
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	t.Parallel()
	config := webhook.Config{Secrets: []string{secret}, Revocations: &heard{}}
	receiver, err := webhook.New(config)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "config", config, "receiver", receiver)
	for _, text := range []string{fmt.Sprintf("%v %+v %#v %v %+v %#v", config, config, config, receiver, receiver, receiver), log.String()} {
		if strings.Contains(text, "MfKQ9r8G") || strings.Contains(text, "49 242 144") {
			t.Errorf("a secret in %q", text)
		}
	}
}
