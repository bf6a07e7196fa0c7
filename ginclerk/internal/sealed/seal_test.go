package sealed_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
)

func TestOpen(t *testing.T) {
	t.Parallel()
	hour := noon().Add(time.Hour)
	value, err := newRing(t, noon(), key(1)).Seal(selection, []byte("hello"), hour, []byte("user_1"))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name       string
		keys       [][]byte
		now        time.Time
		purpose    sealed.Purpose
		value      string
		additional string
		want       error
	}{
		{"the same key opens it", [][]byte{key(1)}, noon(), selection, value, "user_1", nil},
		{"a key behind the first opens it", [][]byte{key(2), key(3), key(1)}, noon(), selection, value, "user_1", nil},
		{"it opens until a millisecond before its expiry", [][]byte{key(1)}, hour.Add(-time.Millisecond), selection, value, "user_1", nil},
		{"it expires at the instant of its expiry", [][]byte{key(1)}, hour, selection, value, "user_1", sealed.ErrExpired},
		{"another key does not open it", [][]byte{key(2)}, noon(), selection, value, "user_1", sealed.ErrInvalid},
		{"another purpose does not open it", [][]byte{key(1)}, noon(), parked, value, "user_1", sealed.ErrInvalid},
		{"other additional data do not open it", [][]byte{key(1)}, noon(), selection, value, "user_2", sealed.ErrInvalid},
		{"no additional data do not open it", [][]byte{key(1)}, noon(), selection, value, "", sealed.ErrInvalid},
		{"a wrong key does not tell that it has expired", [][]byte{key(2)}, hour, selection, value, "user_1", sealed.ErrInvalid},
		{"nothing is invalid", [][]byte{key(1)}, noon(), selection, "", "user_1", sealed.ErrInvalid},
		{"half of it is invalid", [][]byte{key(1)}, noon(), selection, value[:len(value)/2], "user_1", sealed.ErrInvalid},
		{"padding is invalid", [][]byte{key(1)}, noon(), selection, value + "=", "user_1", sealed.ErrInvalid},
		{"a line break inside is invalid", [][]byte{key(1)}, noon(), selection, value[:8] + "\n" + value[8:], "user_1", sealed.ErrInvalid},
		{"something appended is invalid", [][]byte{key(1)}, noon(), selection, value + "AAAA", "user_1", sealed.ErrInvalid},
		{"megabytes are invalid", [][]byte{key(1)}, noon(), selection, strings.Repeat("A", 4<<20), "user_1", sealed.ErrInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := newRing(t, tt.now, tt.keys...).Open(tt.purpose, tt.value, []byte(tt.additional))
			if !errors.Is(err, tt.want) {
				t.Fatalf("error is %v, want %v", err, tt.want)
			}
			if tt.want == nil && string(got) != "hello" {
				t.Errorf("opened %q", got)
			}
			if tt.want != nil && got != nil {
				t.Errorf("an error came with text %q", got)
			}
		})
	}
}

func TestEveryChangedCharacterIsNoticed(t *testing.T) {
	t.Parallel()
	ring := newRing(t, noon(), key(1))
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for _, text := range []string{"hello", "hell", "hel"} { // one for each number of unused bits at the end of base64
		value, err := ring.Seal(selection, []byte(text), noon().Add(time.Hour), nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range value {
			for _, other := range []byte(alphabet) {
				changed := value[:i] + string(other) + value[i+1:]
				if _, err := ring.Open(selection, changed, nil); changed != value && !errors.Is(err, sealed.ErrInvalid) {
					t.Fatalf("character %d of %d changed to %q: error is %v", i, len(value), other, err)
				}
			}
		}
	}
}

func TestSeal(t *testing.T) {
	t.Parallel()
	ring := newRing(t, noon(), key(1))
	hour := noon().Add(time.Hour)
	tests := []struct {
		name   string
		length int
		expiry time.Time
		want   error
	}{
		{"no text is sealed", 0, hour, nil},
		{"the longest text is sealed", sealed.MaxPlaintext, hour, nil},
		{"one byte more is too large", sealed.MaxPlaintext + 1, hour, sealed.ErrTooLarge},
		{"an expiry is required", 1, time.Time{}, sealed.ErrNoExpiry},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := bytes.Repeat([]byte("x"), tt.length)
			value, err := ring.Seal(selection, text, tt.expiry, nil)
			if !errors.Is(err, tt.want) {
				t.Fatalf("error is %v, want %v", err, tt.want)
			}
			if tt.want != nil {
				return
			}
			if strings.Trim(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
				t.Errorf("value %q is not URL-safe", value)
			}
			if len(value) > 3850 {
				t.Errorf("%d characters leave no room in a cookie", len(value))
			}
			got, err := ring.Open(selection, value, nil)
			if err != nil || !bytes.Equal(got, text) {
				t.Errorf("opened %d bytes, error %v", len(got), err)
			}
		})
	}
}

func TestSameTextIsSealedDifferently(t *testing.T) {
	t.Parallel()
	ring := newRing(t, noon(), key(1))
	seen := make(map[string]bool)
	for range 100 {
		value, err := ring.Seal(selection, []byte("x"), noon().Add(time.Hour), nil)
		if err != nil {
			t.Fatal(err)
		}
		if seen[value] {
			t.Fatal("a nonce was used twice")
		}
		seen[value] = true
	}
}

func TestFirstKeySeals(t *testing.T) {
	t.Parallel()
	value, err := newRing(t, noon(), key(1), key(2)).Seal(selection, []byte("x"), noon().Add(time.Hour), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := newRing(t, noon(), key(1)).Open(selection, value, nil); err != nil {
		t.Errorf("the first key does not open it: %v", err)
	}
	if _, err := newRing(t, noon(), key(2)).Open(selection, value, nil); err == nil {
		t.Error("the second key opens it")
	}
}

// byHand builds a value from the description in the package comment, as bytes.
func byHand(tb testing.TB, version byte, purpose string, secret []byte, text, additional string) []byte {
	tb.Helper()
	derived, err := hkdf.Key(sha256.New, secret, nil, "ginclerk sealed v1: "+purpose, 32)
	if err != nil {
		tb.Fatal(err)
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		tb.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		tb.Fatal(err)
	}
	nonce := []byte("twelve bytes")
	body := binary.BigEndian.AppendUint64(nil, uint64(noon().Add(time.Minute).UnixMilli()))
	return gcm.Seal(append([]byte{version}, nonce...), nonce, append(body, text...), append([]byte{version}, additional...))
}

// cookieByHand is byHand for the value of a cookie.
func cookieByHand(tb testing.TB, secret []byte, text, additional string) string {
	tb.Helper()
	return base64.RawURLEncoding.EncodeToString(byHand(tb, 1, "selection", secret, text, additional))
}

func TestFormat(t *testing.T) {
	t.Parallel()
	got, err := newRing(t, noon(), key(1)).Open(selection, cookieByHand(t, key(1), "hello", "user_1"), []byte("user_1"))
	if err != nil || string(got) != "hello" {
		t.Errorf("opened %q, error %v", got, err)
	}
}

func FuzzOpen(f *testing.F) {
	ring := newRing(f, noon(), key(1), key(2))
	genuine := cookieByHand(f, key(2), "hello", "") // the same in every worker
	f.Add(genuine)
	f.Add("")
	f.Add("AQ")
	f.Add(strings.Repeat("A", 5000))
	f.Add(genuine[:len(genuine)-1])
	f.Fuzz(func(t *testing.T, value string) {
		got, err := ring.Open(selection, value, nil)
		if value == genuine {
			return
		}
		if !errors.Is(err, sealed.ErrInvalid) || got != nil {
			t.Fatalf("opened %q out of %q, error %v", got, value, err)
		}
	})
}

func FuzzSealOpens(f *testing.F) {
	ring := newRing(f, noon(), key(1))
	f.Add("selection", []byte("text"), []byte("data"))
	f.Add("", []byte{}, []byte{})
	f.Fuzz(func(t *testing.T, purpose string, text, additional []byte) {
		value, err := ring.Seal(sealed.Purpose(purpose), text, noon().Add(time.Second), additional)
		if len(text) > sealed.MaxPlaintext {
			if !errors.Is(err, sealed.ErrTooLarge) {
				t.Fatalf("error is %v", err)
			}
			return
		}
		got, err := ring.Open(sealed.Purpose(purpose), value, additional)
		if err != nil || !bytes.Equal(got, text) {
			t.Fatalf("opened %q, error %v", got, err)
		}
	})
}
