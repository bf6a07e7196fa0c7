package sealed_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
)

const (
	selection = sealed.Purpose("selection")
	parked    = sealed.Purpose("parked form")
)

func key(b byte) []byte { return bytes.Repeat([]byte{b}, sealed.MinKeyLength) }

func at(now time.Time) func() time.Time { return func() time.Time { return now } }

func noon() time.Time { return time.Date(2026, 5, 12, 12, 0, 0, 0, time.UTC) }

func newRing(tb testing.TB, now time.Time, keys ...[]byte) *sealed.Keyring {
	tb.Helper()
	ring, err := sealed.NewKeyring(sealed.Config{Keys: keys, Now: at(now)})
	if err != nil {
		tb.Fatal(err)
	}
	return ring
}

func TestNewKeyring(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		cfg     sealed.Config
		problem []string // parts of the error; none means that it works
	}{
		{"no secret at all is refused", sealed.Config{}, []string{"neither"}},
		{"the secret key is enough", sealed.Config{SecretKey: "sk_test_abcdefghijklmnop"}, nil},
		{"one key of 32 bytes is enough", sealed.Config{Keys: [][]byte{key(1)}}, nil},
		{
			"every short key is named",
			sealed.Config{Keys: [][]byte{key(1)[1:], key(1), nil}},
			[]string{"key 0 has 31 bytes", "key 2 has 0 bytes"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := sealed.NewKeyring(tt.cfg)
			if (err != nil) != (tt.problem != nil) {
				t.Fatalf("error is %v", err)
			}
			for _, part := range tt.problem {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q does not say %q", err, part)
				}
			}
		})
	}
}

func TestSecretKeyServesOnlyWithoutKeys(t *testing.T) {
	t.Parallel()
	const secret = instance.SecretKey("sk_test_abcdefghijklmnop")
	fromSecret, err := sealed.NewKeyring(sealed.Config{SecretKey: secret, Now: at(noon())})
	if err != nil {
		t.Fatal(err)
	}
	both, err := sealed.NewKeyring(sealed.Config{SecretKey: secret, Keys: [][]byte{key(1)}, Now: at(noon())})
	if err != nil {
		t.Fatal(err)
	}
	value, err := fromSecret.Seal(selection, []byte("x"), noon().Add(time.Hour), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := both.Open(selection, value, nil); err == nil {
		t.Error("a ring with keys opened what the secret key sealed")
	}
}

func TestKeysAreCopied(t *testing.T) {
	t.Parallel()
	mine := key(1)
	ring := newRing(t, noon(), mine)
	mine[0] = 99
	value, err := ring.Seal(selection, []byte("x"), noon().Add(time.Hour), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := newRing(t, noon(), key(1)).Open(selection, value, nil); err != nil {
		t.Errorf("the ring changed with the caller's slice: %v", err)
	}
}

func TestKeyringDoesNotPrintItsKeys(t *testing.T) {
	t.Parallel()
	ring := newRing(t, noon(), bytes.Repeat([]byte("K"), sealed.MinKeyLength))
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("ring", "ring", ring)
	for _, text := range []string{fmt.Sprint(ring), fmt.Sprintf("%+v %#v", ring, ring), log.String()} {
		if strings.Contains(text, "KKK") || strings.Contains(text, "75 75 75") || strings.Contains(text, "0x4b") {
			t.Errorf("keys in %q", text)
		}
	}
}
