package contentcoding_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/internal/contentcoding"
)

// RFC 9110, sections 12.4.2, 12.4.3 and 12.5.3. The offer is Brotli in front of gzip.
func TestChoose(t *testing.T) {
	t.Parallel()
	const none = "406"
	tests := []struct{ name, accept, want string }{
		{"no field: the file as it is", "absent", ""},
		{"an empty field accepts the file as it is", "", ""},
		{"a browser", "gzip, deflate, br, zstd", "br"},
		{"a browser without TLS", "gzip, deflate", "gzip"},
		{"the server's order counts among equals", "gzip, br", "br"},
		{"the greater weight wins", "br;q=0.5, gzip;q=0.8", "gzip"},
		{"three digits count", "br;q=0.123, gzip;q=0.124", "gzip"},
		{"blanks around the weight", "br ; q=0.1 ,\tgzip\t;\tq=0.2", "gzip"},
		{"names and the parameter have no case", "GZIP;Q=1", "gzip"},
		{"x-gzip is gzip", "x-gzip", "gzip"},
		{"empty elements say nothing", ", ,gzip,,", "gzip"},
		{"an unknown coding is not offered", "zstd, compress", ""},
		{"weight zero refuses", "br;q=0, gzip", "gzip"},
		{"weight zero in every spelling", "br;q=0.000, gzip;q=0.", ""},
		{"all refused, the file as it is", "br;q=0, gzip;q=0", ""},
		{"a star covers what is not listed", "*", "br"},
		{"a star leaves what is listed alone", "br;q=0, *", "gzip"},
		{"a star of zero refuses what is not listed", "gzip, *;q=0", "gzip"},
		{"a star of zero refuses everything", "*;q=0", none},
		{"a star of zero with the file as it is", "identity, *;q=0", ""},
		{"the file as it is, refused", "identity;q=0, gzip;q=0.1", "gzip"},
		{"the file as it is, refused, and nothing else listed", "identity;q=0", none},
		{"the file as it is, refused, and an unknown coding", "identity;q=0, zstd", none},
		{"the file as it is is preferred", "gzip;q=0.5, identity", ""},
		{"a coding beats the file as it is among equals", "identity, gzip", "gzip"},
		{"the file as it is weighs less than any listed coding", "gzip;q=0.001", "gzip"},
		{"a weight that is no number is not read", "gzip;q=high", ""},
		{"a weight above one is not read", "gzip;q=2", ""},
		{"a negative weight is not read", "gzip;q=-1", ""},
		{"a weight with an exponent is not read", "gzip;q=1e0", ""},
		{"an infinite weight is not read", "gzip;q=inf", ""},
		{"a weight with four digits is not read", "gzip;q=0.1234", ""},
		{"a weight just above one is not read", "gzip;q=1.001", ""},
		{"a weight of one with digits", "gzip;q=1.000", "gzip"},
		{"an empty weight is not read", "gzip;q=", ""},
		{"another parameter is not read", "gzip;level=9", ""},
		{"two weights are not read", "gzip;q=1;q=0", ""},
		{"an element that is not read leaves the others alone", "br;q=high, gzip", "gzip"},
		{"a refusal that is not read does not refuse", "identity;q=no", ""},
		{"the smaller weight of two elements counts", "gzip, gzip;q=0", ""},
		{"the smaller weight in the other order", "gzip;q=0, gzip", ""},
		{"x-gzip and gzip are one coding", "gzip, x-gzip;q=0", ""},
		{"part of a name is another name", "gzipped, abr", ""},
		{"two lines are one list", "br;q=0\ngzip", "gzip"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lines := strings.Split(tt.accept, "\n")
			if tt.accept == "absent" {
				lines = nil
			}
			got, ok := contentcoding.Choose(lines, "br", "gzip")
			if !ok {
				got = none
			}
			if got != tt.want {
				t.Errorf("Accept-Encoding %q: %q, want %q", tt.accept, got, tt.want)
			}
		})
	}
}

func TestChooseWithoutAnOffer(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]bool{"gzip": true, "*": true, "identity;q=0, gzip": false, "*;q=0": false} {
		if coding, ok := contentcoding.Choose([]string{accept}); coding != contentcoding.Identity || ok != want {
			t.Errorf("%q: %q %t, want the file as it is, %t", accept, coding, ok, want)
		}
	}
}

// A field may be as long as all the headers of a request.
func TestALongFieldTakesNoMemory(t *testing.T) { //nolint:paralleltest // it measures memory
	var names strings.Builder
	for i := range 100_000 {
		names.WriteString("X-" + strconv.Itoa(i) + ",")
	}
	short, long := []string{"br;q=0.1, gzip"}, []string{names.String() + "br;q=0.1", names.String() + "gzip"}
	choose := func(accept []string) float64 {
		return testing.AllocsPerRun(3, func() {
			if coding, ok := contentcoding.Choose(accept, "br", "gzip"); coding != "gzip" || !ok {
				t.Errorf("chose %q, %t", coding, ok)
			}
		})
	}
	if few, many := choose(short), choose(long); many > few {
		t.Errorf("a long field allocates %.0f times, a short one %.0f times", many, few)
	}
}
