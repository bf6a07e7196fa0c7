package backend

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
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
