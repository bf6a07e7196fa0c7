package openapicheck

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// validate compares an answer with the schema in the document. Errors that an operation doesn't list still have Clerk's
// envelope.
func (d *document) validate(op *operation, res *http.Response, body []byte, paginated bool) error {
	schema, err := d.schema(op, res.StatusCode)
	if res.StatusCode == http.StatusServiceUnavailable {
		schema = d.envelope // an outage is not an answer of the operation
	}
	if err != nil || schema == nil {
		return err
	}
	if got := res.Header.Get("Content-Type"); got != "application/json" {
		return fmt.Errorf("content type %q, want application/json", got)
	}
	value, err := decodeAny(body)
	if err != nil {
		return fmt.Errorf("not JSON: %w", err)
	}
	if paginated && res.StatusCode == http.StatusOK && schema.Type.Is("array") {
		if value, err = unwrapPage(value); err != nil {
			return err
		}
	}
	forgetLeftOut(value)
	if err := schema.VisitJSON(value, openapi3.VisitAsResponse()); err != nil {
		return schemaError(err)
	}
	return nil
}

func (d *document) schema(op *operation, status int) (*openapi3.Schema, error) {
	switch {
	case status >= http.StatusBadRequest && (op == nil || op.documented == nil):
		return d.envelope, nil
	case op == nil:
		return nil, errors.New("neither Clerk's document nor the list of what it leaves out has this operation")
	case op.documented == nil:
		return op.answer, nil
	}
	response := op.documented.Responses.Value(strconv.Itoa(status))
	switch {
	case response == nil && status >= http.StatusBadRequest:
		return d.envelope, nil
	case response == nil:
		return nil, errors.New("the document has no such status")
	}
	media := response.Value.Content.Get("application/json")
	if media == nil || media.Schema == nil {
		return nil, nil //nolint:nilnil // the document does not describe the body
	}
	return media.Schema.Value, nil
}

// unwrapPage returns the elements of a list in the form of paginated=true (the documents describe the parameter, and no
// schema).
func unwrapPage(value any) (any, error) {
	object, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("paginated, but no object")
	}
	if _, ok := object["total_count"].(float64); !ok || len(object) != 2 {
		return nil, errors.New("paginated, but not data and total_count alone")
	}
	return object["data"], nil
}

// forgetLeftOut removes what clerk-js reads and the documents leave out: the setting that users need an organization, and
// verifications of sign-ups that have not begun, in whose place it puts null.
func forgetLeftOut(value any) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			forgetLeftOut(element)
		}
	case map[string]any:
		delete(value, "force_organization_selection")
		for key, member := range value {
			if v, ok := member.(map[string]any); ok && v["next_action"] == "needs_prepare" && v["strategy"] == nil {
				value[key] = nil
			}
			forgetLeftOut(member)
		}
	}
}

func decodeAny(body []byte) (value any, err error) {
	err = json.Unmarshal(body, &value)
	return value, err
}

// schemaError says where a value doesn't fit, without the value, which may be a token.
func schemaError(err error) error {
	found, ok := errors.AsType[*openapi3.SchemaError](err)
	if !ok {
		return err
	}
	return fmt.Errorf("at /%s: %s", strings.Join(found.JSONPointer(), "/"), found.Reason)
}
