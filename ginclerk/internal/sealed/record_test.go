package sealed_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
)

func TestOpenRecord(t *testing.T) {
	t.Parallel()
	hour := noon().Add(time.Hour)
	text := bytes.Repeat([]byte("long "), 50_000)
	record, err := newRing(t, noon(), key(1)).SealRecord(parked, text, hour, []byte("form_1"))
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Clone(record)
	changed[len(changed)/2] ^= 1
	older := bytes.Clone(record)
	older[0] = 1
	tests := []struct {
		name       string
		key        byte
		now        time.Time
		purpose    sealed.Purpose
		record     []byte
		additional string
		want       error
	}{
		{"the same key opens it", 1, noon(), parked, record, "form_1", nil},
		{"it opens until a millisecond before its expiry", 1, hour.Add(-time.Millisecond), parked, record, "form_1", nil},
		{"it expires at the instant of its expiry", 1, hour, parked, record, "form_1", sealed.ErrExpired},
		{"another key does not open it", 2, noon(), parked, record, "form_1", sealed.ErrInvalid},
		{"another purpose does not open it", 1, noon(), selection, record, "form_1", sealed.ErrInvalid},
		{"other additional data do not open it", 1, noon(), parked, record, "form_2", sealed.ErrInvalid},
		{"one changed bit is noticed", 1, noon(), parked, changed, "form_1", sealed.ErrInvalid},
		{"the version can't be changed", 1, noon(), parked, older, "form_1", sealed.ErrInvalid},
		{"half of it is invalid", 1, noon(), parked, record[:len(record)/2], "form_1", sealed.ErrInvalid},
		{"nothing is invalid", 1, noon(), parked, nil, "form_1", sealed.ErrInvalid},
		{"more than the longest is invalid", 1, noon(), parked, make([]byte, sealed.MaxRecord+100), "form_1", sealed.ErrInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := newRing(t, tt.now, key(tt.key)).OpenRecord(tt.purpose, tt.record, []byte(tt.additional))
			if !errors.Is(err, tt.want) {
				t.Fatalf("error is %v, want %v", err, tt.want)
			}
			if tt.want == nil && !bytes.Equal(got, text) || tt.want != nil && got != nil {
				t.Errorf("opened %d bytes", len(got))
			}
		})
	}
}

func TestSealRecord(t *testing.T) {
	t.Parallel()
	ring := newRing(t, noon(), key(1))
	if _, err := ring.SealRecord(parked, make([]byte, sealed.MaxRecord+1), noon().Add(time.Hour), nil); !errors.Is(err, sealed.ErrTooLarge) {
		t.Errorf("one byte too many: %v", err)
	}
	if _, err := ring.SealRecord(parked, nil, time.Time{}, nil); !errors.Is(err, sealed.ErrNoExpiry) {
		t.Errorf("no expiry: %v", err)
	}
	record, err := ring.SealRecord(parked, make([]byte, sealed.MaxRecord), noon().Add(time.Hour), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ring.OpenRecord(parked, record, nil); err != nil || len(got) != sealed.MaxRecord {
		t.Errorf("the longest record: %d bytes, %v", len(got), err)
	}
}

// TestCookiesAndRecordsAreNotOfOneKind although key, purpose and additional data are the same.
func TestCookiesAndRecordsAreNotOfOneKind(t *testing.T) {
	t.Parallel()
	ring := newRing(t, noon(), key(1))
	hour := noon().Add(time.Hour)
	record, err := ring.SealRecord(selection, []byte("x"), hour, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []byte{1, 2} {
		record[0] = version
		if _, err := ring.Open(selection, base64.RawURLEncoding.EncodeToString(record), nil); !errors.Is(err, sealed.ErrInvalid) {
			t.Errorf("a record with version %d opens as a cookie: %v", version, err)
		}
	}
	value, err := ring.Seal(selection, []byte("x"), hour, nil)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []byte{1, 2} {
		raw[0] = version
		if _, err := ring.OpenRecord(selection, raw, nil); !errors.Is(err, sealed.ErrInvalid) {
			t.Errorf("a cookie with version %d opens as a record: %v", version, err)
		}
	}
}

// TestRecordFormat builds a record from the description in the package comment.
func TestRecordFormat(t *testing.T) {
	t.Parallel()
	record := byHand(t, 2, "parked form", key(1), "hello", "form_1")
	got, err := newRing(t, noon(), key(1)).OpenRecord(parked, record, []byte("form_1"))
	if err != nil || string(got) != "hello" {
		t.Errorf("opened %q, error %v", got, err)
	}
}

func FuzzOpenRecord(f *testing.F) {
	ring := newRing(f, noon(), key(1), key(2))
	f.Add([]byte{})
	f.Add([]byte{2})
	f.Add(bytes.Repeat([]byte{2}, 37))
	f.Add(bytes.Repeat([]byte{2}, 5000))
	f.Fuzz(func(t *testing.T, record []byte) {
		if got, err := ring.OpenRecord(parked, record, nil); !errors.Is(err, sealed.ErrInvalid) || got != nil {
			t.Fatalf("opened %q, error %v", got, err)
		}
	})
}
