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

// readChange returns the resource that the path names, and the parameters in the body.
func readChange[P, T any](r *http.Request, body []byte, find func(*http.Request) (T, error)) (found T, params P, err error) {
	if found, err = find(r); err == nil {
		err = decode(body, &params)
	}
	return found, params, err
}

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
