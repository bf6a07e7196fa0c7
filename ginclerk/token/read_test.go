package token_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	good := signed(t, header(nil), payload(nil))
	parts := strings.Split(good, ".")
	for name, raw := range map[string]string{
		"nothing":                         "",
		"dots alone":                      "..",
		"a word":                          "not-a-jwt",
		"an API key":                      "ak_0123456789abcdef",
		"two parts":                       parts[0] + "." + parts[1],
		"four parts":                      good + ".x",
		"a fourth, empty part":            good + ".",
		"white space in front":            " " + good,
		"a line break at the end":         good + "\n",
		"a line break inside":             parts[0] + "." + parts[1][:8] + "\r\n" + parts[1][8:] + "." + parts[2],
		"the standard alphabet":           parts[0] + "." + parts[1] + ".ab+/",
		"padding in front":                parts[0] + ".=" + parts[1] + "." + parts[2],
		"a part of one letter too many":   parts[0] + "." + parts[1] + ".abcde",
		"bits left over":                  parts[0] + "." + parts[1] + ".ab",
		"a header that is not JSON":       segment(t, "nope") + "." + parts[1] + "." + parts[2],
		"a header that is null":           segment(t, "null") + "." + parts[1] + "." + parts[2],
		"claims that are not JSON":        parts[0] + "." + segment(t, "nope") + "." + parts[2],
		"claims that end early":           parts[0] + "." + segment(t, `{"sub":`) + "." + parts[2],
		"claims with something after":     parts[0] + "." + segment(t, `{} {}`) + "." + parts[2],
		"a megabyte":                      parts[0] + "." + strings.Repeat("YWFh", 1<<18) + "." + parts[2],
		"one byte more than the limit":    good + strings.Repeat("=", 16<<10+1-len(good)),
		"a megabyte of dots":              strings.Repeat(".", 1<<20),
		"six thousand brackets, unclosed": parts[0] + "." + segment(t, strings.Repeat("[", 6000)) + "." + parts[2],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u, err := token.Read(raw)
			if u != nil || token.ReasonOf(err) != token.ReasonInvalid || !errors.Is(err, jwt.ErrTokenMalformed) {
				t.Errorf("%v, %v; want token-invalid", u, err)
			}
		})
	}
}

func TestReadAcceptsWhatClerkDecodes(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		raw            string
		header, claims map[string]any
	}{
		"lists in place of objects": {raw: segment(t, "[1]") + "." + segment(t, "[2]") + "."},
		"claims that are null":      {raw: segment(t, "{}") + "." + segment(t, "null") + ".", header: map[string]any{}},
		"any padding": {
			raw: segment(t, "{}") + "====." + segment(t, "{}") + "=.abc=", header: map[string]any{}, claims: map[string]any{},
		},
		"sixteen KiB": {
			raw:    segment(t, "{}") + "." + segment(t, "{}") + "." + strings.Repeat("A", 16<<10-8),
			header: map[string]any{}, claims: map[string]any{},
		},
		"a byte order mark": {
			raw:    segment(t, "\ufeff{}") + "." + segment(t, "\ufeff{}") + ".",
			header: map[string]any{}, claims: map[string]any{},
		},
		"a name twice: the last counts": {
			raw:    segment(t, "{}") + "." + segment(t, `{"sub":"a","sub":"b","SUB":"c"}`) + ".",
			header: map[string]any{}, claims: map[string]any{"sub": "b", "SUB": "c"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u, err := token.Read(row.raw)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(row.header, u.Header()); diff != "" {
				t.Errorf("header (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(row.claims, u.Claims().Raw()); diff != "" {
				t.Errorf("claims (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadTellsClasses(t *testing.T) {
	t.Parallel()
	type class struct{ session, machine, oauth bool }
	for name, row := range map[string]struct {
		header, claims fields
		want           class
	}{
		"a session token":               {want: class{session: true}},
		"a token without a category":    {header: fields{"cat": absent}, want: class{session: true}},
		"a template token":              {header: fields{"cat": "cl_B7d4PD222AAA"}},
		"a machine":                     {claims: fields{"sub": "mch_1"}, want: class{machine: true}},
		"an OAuth token":                {header: fields{"typ": "at+jwt"}, want: class{oauth: true}},
		"a machine's token of that typ": {header: fields{"typ": "at+jwt"}, claims: fields{"sub": "mch_1"}, want: class{machine: true, oauth: true}},
		"another typ":                   {header: fields{"typ": "AT+JWT"}, want: class{session: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u, err := token.Read(signed(t, header(row.header), payload(row.claims)))
			if err != nil {
				t.Fatal(err)
			}
			got := class{session: u.MayBeSession(), machine: u.IsMachineToMachine(), oauth: u.IsOAuth()}
			if got != row.want {
				t.Errorf("%+v, want %+v", got, row.want)
			}
			if u.KeyID() != kid {
				t.Errorf("key id %q", u.KeyID())
			}
		})
	}
}
