package core

import (
	"net/url"
	"strconv"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
)

// The limits of pages.
const (
	DefaultLimit = 10
	MaxOffset    = 1 << 31
	maxLimit     = 500
)

// Page is the requested part of a list.
type Page struct{ Limit, Offset int }

// ReadPage reads limit, which is 10 if it was not sent and 500 at most, and offset.
func ReadPage(query url.Values) (Page, error) {
	limit, err := Number(query, "limit", DefaultLimit, 1, maxLimit)
	if err != nil {
		return Page{}, err
	}
	offset, err := Number(query, "offset", 0, 0, MaxOffset)
	return Page{Limit: limit, Offset: offset}, err
}

// Number reads a number within limits; without one it is the default.
func Number(query url.Values, name string, byDefault, least, most int) (int, error) {
	text := query.Get(name)
	if text == "" {
		return byDefault, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, apierr.Param("form_param_value_invalid", name,
			name+" must be a number from "+strconv.Itoa(least)+" to "+strconv.Itoa(most)+".")
	}
	return n, nil
}

// Flag reads a boolean, and whether it was sent.
func Flag(query url.Values, name string) (value, sent bool, err error) {
	text := query.Get(name)
	if text == "" {
		return false, false, nil
	}
	if value, err = strconv.ParseBool(text); err != nil {
		return false, true, apierr.Param("form_param_format_invalid", name, name+" must be true or false.")
	}
	return value, true, nil
}

// Cut returns the page's part of a list.
func Cut[T any](p Page, all []T) []T {
	start := min(p.Offset, len(all))
	return all[start:min(start+p.Limit, len(all))]
}
