package backend

import (
	"net/url"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
)

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
	items := wire.Each(core.Cut(p, all), to)
	if whole {
		return core.OK(wire.NewList(items, len(all))), nil
	}
	return core.OK(items), nil
}

// paginated answers with the page of a list that always has its total, in the order that the query names.
func paginated[T, U any](query url.Values, newest []T, by orders[T], to func(T) U) (core.Reply, error) {
	if err := by.sort(newest, query.Get("order_by")); err != nil {
		return core.Reply{}, err
	}
	query.Set("paginated", "true")
	return list(query, newest, to)
}
