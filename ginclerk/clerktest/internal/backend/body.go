package backend

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
)

// decode reads a JSON body. An empty body and null leave into unchanged: clerk-sdk-go sends null if it has no parameters.
func decode(body []byte, into any) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	if err := json.Unmarshal(body, into); err != nil {
		return apierr.New(http.StatusBadRequest, "request_body_invalid", "The request body is not the JSON that this operation takes.")
	}
	return nil
}

// create is the operation that answers to the parameters in the body.
func create[P, U any](from func(P) (U, error)) core.Operation {
	return change(theRequest, func(_ *http.Request, params P) (U, error) { return from(params) })
}

// change is the operation that answers about the resource that the path names, with the parameters in the body.
func change[T, P, U any](find func(*http.Request) (T, error), to func(T, P) (U, error)) core.Operation {
	return func(r *http.Request, body []byte) (core.Reply, error) {
		found, err := find(r)
		if err != nil {
			return core.Reply{}, err
		}
		var params P
		if err := decode(body, &params); err != nil {
			return core.Reply{}, err
		}
		out, err := to(found, params)
		return core.OK(out), err
	}
}

// named returns the resource that a parameter of the path names by its id.
func named[T any](r *http.Request, param, resource string, find func(id string) *T) (*T, error) {
	id := r.PathValue(param)
	return apierr.Found(resource, id, find(id))
}

func theRequest(r *http.Request) (*http.Request, error) { return r, nil }

// show is the operation that answers with the resource that the path names, perhaps after a change.
func show[T, U any](find func(*http.Request) (T, error), to func(T) U) core.Operation {
	return func(r *http.Request, _ []byte) (core.Reply, error) {
		found, err := find(r)
		if err != nil {
			return core.Reply{}, err
		}
		return core.OK(to(found)), nil
	}
}
