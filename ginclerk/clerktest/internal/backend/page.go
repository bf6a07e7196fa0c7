package backend

import (
	"net/url"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
)

func convert[T, U any](list []T, to func(T) U) []U {
	out := make([]U, 0, len(list))
	for _, v := range list {
		out = append(out, to(v))
	}
	return out
}

// list answers with the page of a list: a bare array, or an object with the total if paginated is true.
func list[T, U any](query url.Values, all []T, to func(T) U) (core.Reply, error) {
	p, err := core.ReadPage(query)
	if err != nil {
		return core.Reply{}, err
	}
	whole, _, err := core.Flag(query, "paginated")
	if err != nil {
		return core.Reply{}, err
	}
	items := convert(core.Cut(p, all), to)
	if whole {
		return core.OK(wire.List[U]{Data: items, TotalCount: len(all)}), nil
	}
	return core.OK(items), nil
}

// paginated answers with the page of a list that always has its total.
func paginated[T, U any](query url.Values, all []T, to func(T) U) (core.Reply, error) {
	query.Set("paginated", "true")
	return list(query, all, to)
}
