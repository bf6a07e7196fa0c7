package sealed_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
)

// note is what a cookie might hold.
type note struct {
	Text string `json:"t"`
}

func TestJSONThatIsOpened(t *testing.T) {
	t.Parallel()
	hour := noon().Add(time.Hour)
	ring := newRing(t, noon(), key(1))
	good, err := sealed.SealJSON(ring, selection, note{"hello"}, hour, []byte("user_1"))
	if err != nil {
		t.Fatal(err)
	}
	plain := func(text string) string {
		value, err := ring.Seal(selection, []byte(text), hour, []byte("user_1"))
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	for name, row := range map[string]struct {
		now        time.Time
		value      string
		additional string
		want       note
		err        error
	}{
		"what was sealed":            {noon(), good, "user_1", note{"hello"}, nil},
		"what has expired":           {hour, good, "user_1", note{}, sealed.ErrExpired},
		"what is bound elsewhere":    {noon(), good, "user_2", note{}, sealed.ErrInvalid},
		"text that is no JSON":       {noon(), plain("hello"), "user_1", note{}, sealed.ErrInvalid},
		"JSON of another type":       {noon(), plain(`{"t":7}`), "user_1", note{}, sealed.ErrInvalid},
		"JSON that ends in mid-word": {noon(), plain(`{"t":"hello`), "user_1", note{}, sealed.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := sealed.OpenJSON[note](newRing(t, row.now, key(1)), selection, row.value, []byte(row.additional))
			if got != row.want || !errors.Is(err, row.err) {
				t.Errorf("%+v, %v, want %+v, %v", got, err, row.want, row.err)
			}
		})
	}
}

func TestJSONThatCannotBeSealed(t *testing.T) {
	t.Parallel()
	ring, hour := newRing(t, noon(), key(1)), noon().Add(time.Hour)
	if _, err := sealed.SealJSON(ring, selection, note{strings.Repeat("a", sealed.MaxPlaintext)}, hour, nil); !errors.Is(err, sealed.ErrTooLarge) {
		t.Errorf("too long: %v, want ErrTooLarge", err)
	}
	if _, err := sealed.SealJSON(ring, selection, func() {}, hour, nil); err == nil {
		t.Error("a value that JSON can't hold is sealed")
	}
}
