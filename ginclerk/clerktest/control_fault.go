package clerktest

import (
	"fmt"
	"net/http"
	"time"
)

// faultJSON is a [Fault] in the control endpoint's JSON.
type faultJSON struct {
	Operation  string `json:"operation,omitempty"`
	Times      int    `json:"times,omitempty"`
	Status     int    `json:"status,omitempty"`
	Code       string `json:"code,omitempty"`
	RetryAfter string `json:"retry_after,omitempty"`
	Body       string `json:"body,omitempty"`
	Delay      string `json:"delay,omitempty"`
	Garbage    bool   `json:"garbage,omitempty"`
	Truncate   bool   `json:"truncate,omitempty"`
	Cut        bool   `json:"cut,omitempty"`
	Lose       bool   `json:"lose,omitempty"`
}

// fault refuses values that net/http could not send.
func (f faultJSON) fault() (Fault, error) {
	out := Fault{
		Operation: f.Operation, Times: f.Times, Status: f.Status, Code: f.Code, Body: f.Body,
		Garbage: f.Garbage, Truncate: f.Truncate, Cut: f.Cut, Lose: f.Lose,
	}
	if f.Status != 0 && (f.Status < http.StatusOK || f.Status > 999) {
		return Fault{}, fmt.Errorf("field status: %d is no status of an answer", f.Status)
	}
	if f.Times < 0 {
		return Fault{}, fmt.Errorf("field times: %d is less than 0", f.Times)
	}
	for _, d := range []struct {
		field, text string
		into        *time.Duration
	}{{"retry_after", f.RetryAfter, &out.RetryAfter}, {"delay", f.Delay, &out.Delay}} {
		if d.text == "" {
			continue
		}
		parsed, err := time.ParseDuration(d.text)
		if err != nil || parsed < 0 {
			return Fault{}, fmt.Errorf("field %s: %q is no duration such as 1m30s", d.field, d.text)
		}
		*d.into = parsed
	}
	return out, nil
}

func text(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}
