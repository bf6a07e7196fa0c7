package backend

import (
	"net/url"
	"strconv"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
)

const (
	defaultLimit = 10
	maxLimit     = 500
	maxOffset    = 1 << 31
)

// page is the requested part of a list.
type page struct{ limit, offset int }

func readPage(query url.Values) (page, error) {
	limit, err := number(query, "limit", defaultLimit, 1, maxLimit)
	if err != nil {
		return page{}, err
	}
	offset, err := number(query, "offset", 0, 0, maxOffset)
	return page{limit: limit, offset: offset}, err
}

func number(query url.Values, name string, byDefault, least, most int) (int, error) {
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

// cut returns the page's part of a list.
func cut[T any](p page, all []T) []T {
	start := min(p.offset, len(all))
	return all[start:min(start+p.limit, len(all))]
}

func convert[T, U any](list []T, to func(T) U) []U {
	out := make([]U, 0, len(list))
	for _, v := range list {
		out = append(out, to(v))
	}
	return out
}

// list answers with the page of a list: a bare array, or an object with the total if paginated is true.
func list[T, U any](query url.Values, all []T, to func(T) U) (core.Reply, error) {
	p, err := readPage(query)
	if err != nil {
		return core.Reply{}, err
	}
	items := convert(cut(p, all), to)
	if query.Get("paginated") == "true" {
		return core.OK(wire.List[U]{Data: items, TotalCount: len(all)}), nil
	}
	return core.OK(items), nil
}

// paginated answers with the page of a list that always has its total.
func paginated[T, U any](query url.Values, all []T, to func(T) U) (core.Reply, error) {
	query.Set("paginated", "true")
	return list(query, all, to)
}
