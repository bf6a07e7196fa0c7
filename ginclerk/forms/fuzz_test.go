package forms_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
)

func plain(header, body string) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(header))), header+body...)
}

// FuzzDecode checks that a decoded form is valid, and stays the same when it is written and read again.
func FuzzDecode(f *testing.F) {
	// base64: POST, /notes, text/plain; //evil.example; /
	f.Add(plain(`{"method":"UE9TVA==","path":"L25vdGVz","content_type":"dGV4dC9wbGFpbg==","parked":1,"expires":2}`, "body"))
	f.Add(plain(`{"method":"UE9TVA==","path":"Ly9ldmlsLmV4YW1wbGU=","parked":1,"expires":2}`, "body"))
	f.Add(plain(`{"method":"UE9TVA==","path":"Lw==","parked":1e99}`, ""))
	f.Add(plain(``, "body"))
	f.Add([]byte{255, 255, 255, 255, 1})
	f.Add([]byte{0, 0})
	f.Fuzz(func(t *testing.T, record []byte) {
		form, again, err := forms.Decode(record)
		if err != nil {
			return
		}
		if !strings.HasPrefix(form.Path, "/") || strings.HasPrefix(form.Path, "//") || strings.ContainsAny(form.Path, "\\\r\n\t") {
			t.Fatalf("path %q", form.Path)
		}
		second, _, err := forms.Decode(again)
		if err != nil || second.Method != form.Method || second.Path != form.Path || second.ContentType != form.ContentType || !bytes.Equal(second.Body, form.Body) {
			t.Fatalf("%+v is read as %+v, %v", form, second, err)
		}
	})
}

// FuzzPeek checks that Peek accepts any body of any type, and tells only names and sizes of a browser's form.
func FuzzPeek(f *testing.F) {
	contentType, body := multipartBody(f)
	f.Add(contentType, body)
	f.Add("application/x-www-form-urlencoded", []byte("a=1&password=2&%zz=%"))
	f.Add("multipart/form-data; boundary=b", []byte("--b\r\nContent-Disposition: form-data; name=\"a\"; filename*=utf-8''x\r\n\r\n\r\n--b--"))
	f.Add("multipart/form-data; boundary=", []byte("--"))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		y := newYard(t, func(c *forms.Config) { c.Show = showAll })
		form := formOf(forms.Browser(browserSecret))
		form.ContentType, form.Body = contentType, body
		id, err := y.Park(t.Context(), form)
		if err != nil {
			return
		}
		got, err := y.Peek(t.Context(), id, form.Owner)
		if err != nil || len(got.Fields) > forms.MaxFields {
			t.Fatalf("%d fields, error %v", len(got.Fields), err)
		}
		for _, field := range got.Fields {
			if field.Value != "" || field.Size > len(body) || field.Secret && field.Size != 0 || !utf8.ValidString(field.Name+field.FileName) {
				t.Fatalf("field %+v", field)
			}
		}
	})
}
