package core

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/internal/documented"
)

// howToAnswer ends the message about something that is not emulated.
const howToAnswer = " A test can queue an answer: Server.Fail, or POST /faults of the controls, with this operation and a body."

// Taking lets an operation run only if it takes every parameter of the request, in the query and in the body. The names are
// separated by spaces. A parameter that Clerk documents for the operation gets 501, any other 422, so that none is ignored.
func (t *Router) Taking(names string, op Operation) Operation {
	takes := strings.Fields(names)
	return func(r *http.Request, body []byte) (Reply, error) {
		sent, err := parameters(r, body)
		if err != nil {
			return Reply{}, err
		}
		for _, name := range sent {
			if !slices.Contains(takes, name) {
				return Reply{}, t.refuse(r.Pattern, name)
			}
		}
		return op(r, body)
	}
}

func (t *Router) refuse(pattern, name string) error {
	i := slices.IndexFunc(t.documented, func(o documented.Operation) bool { return documented.Same(o.Pattern, pattern) })
	if i >= 0 && slices.Contains(slices.Concat(t.documented[i].Query, t.documented[i].Body), name) {
		e := notImplemented("The embedded Clerk does not emulate the parameter " + name + " of " + pattern + ".")
		e.Meta = map[string]any{"param_name": name}
		return e
	}
	return apierr.Param("form_param_unknown", name, name+" is not a parameter of "+pattern+".")
}

func notImplemented(message string) *apierr.Error {
	return apierr.New(http.StatusNotImplemented, "not_implemented", message+howToAnswer)
}

// parameters returns the names of the request's parameters, sorted.
func parameters(r *http.Request, body []byte) ([]string, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, apierr.New(http.StatusBadRequest, "request_query_invalid", "The query of the URL can't be read.")
	}
	names := slices.Collect(maps.Keys(query))
	if strings.HasPrefix(r.Header.Get("Content-Type"), formType) {
		form, _ := url.ParseQuery(string(body)) // the operation refuses a form that can't be read
		names = slices.AppendSeq(names, maps.Keys(form))
	} else {
		var object map[string]json.RawMessage
		_ = json.Unmarshal(body, &object) // the operation refuses a body that it can't read
		names = slices.AppendSeq(names, maps.Keys(object))
	}
	slices.Sort(names)
	return names, nil
}
