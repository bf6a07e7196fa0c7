package core

import (
	"bytes"
	"maps"
	"net/http"
	"strconv"
)

// recorder keeps an answer instead of sending it.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newRecorder() *recorder { return &recorder{header: http.Header{}, status: http.StatusOK} }

// Header returns the headers so far.
func (r *recorder) Header() http.Header { return r.header }

// WriteHeader keeps the status.
func (r *recorder) WriteHeader(status int) { r.status = status }

// Write keeps the body.
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }

// truncate sends the first half of an operation's answer, with the length of the whole; net/http then closes the connection.
func truncate(w http.ResponseWriter, operation func(http.ResponseWriter)) {
	recorded := newRecorder()
	operation(recorded)
	if recorded.body.Len() < 2 {
		cut(w)
		return
	}
	maps.Copy(w.Header(), recorded.header)
	w.Header().Set("Content-Length", strconv.Itoa(recorded.body.Len()))
	w.WriteHeader(recorded.status)
	_, _ = w.Write(recorded.body.Bytes()[:recorded.body.Len()/2]) // the rest is missing on purpose
}
