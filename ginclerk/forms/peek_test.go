package forms_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
)

func showAll(_, _ string) bool { return true }

func multipartBody(tb testing.TB) (contentType string, body []byte) {
	tb.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, field := range [][2]string{{"title", "Hello"}, {"password", "hunter2"}} {
		if err := w.WriteField(field[0], field[1]); err != nil {
			tb.Fatal(err)
		}
	}
	file, err := w.CreateFormFile("photo", "me.png")
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := file.Write(make([]byte, 5000)); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return w.FormDataContentType(), b.Bytes()
}

func TestPeek(t *testing.T) {
	t.Parallel()
	const urlencoded = "application/x-www-form-urlencoded"
	multi, multiBody := multipartBody(t)
	anna, browser := forms.User("user_1"), forms.Browser(browserSecret)
	onlyTitle := func(path, field string) bool { return path == "/notes" && field == "title" }
	tests := []struct {
		name        string
		owner       forms.Owner
		show        func(path, field string) bool
		contentType string
		body        string
		want        []forms.Field
	}{
		{"values are not told unless the application wants it", anna, nil, urlencoded, "title=Hello&n=", []forms.Field{{Name: "title", Size: 5}, {Name: "n"}}},
		{"values that the application releases", anna, onlyTitle, urlencoded, "title=Hello&n=1", []forms.Field{{Name: "title", Size: 5, Value: "Hello"}, {Name: "n", Size: 1}}},
		{"a browser's values are never told", browser, showAll, urlencoded, "title=Hello", []forms.Field{{Name: "title", Size: 5}}},
		{
			"secrets are never told, nor their size", anna, showAll, urlencoded,
			"user%5BPassword%5D=hunter2&csrf_token=x&cardNumber=4111&pinCode=1&Contrase%C3%B1a=x&b=1",
			[]forms.Field{
				{Name: "user[Password]", Secret: true},
				{Name: "csrf_token", Secret: true},
				{Name: "cardNumber", Secret: true},
				{Name: "pinCode", Secret: true},
				{Name: "Contraseña", Secret: true},
				{Name: "b", Size: 1, Value: "1"},
			},
		},
		{
			"a long name that ends like a secret", anna, showAll, urlencoded, strings.Repeat("a", 250) + "password=x",
			[]forms.Field{{Name: strings.Repeat("a", 200) + "…", Secret: true}},
		},
		{"escapes and repeated names", anna, showAll, urlencoded, "a=1+2&a=%263&&", []forms.Field{{Name: "a", Size: 3, Value: "1 2"}, {Name: "a", Size: 2, Value: "&3"}}},
		{"the content type has parameters", anna, nil, "Application/X-WWW-Form-URLencoded; charset=utf-8", "a=1", []forms.Field{{Name: "a", Size: 1}}},
		{"long values are shortened", anna, showAll, urlencoded, "a=" + strings.Repeat("é", 1100), []forms.Field{{Name: "a", Size: 2200, Value: strings.Repeat("é", 1000) + "…"}}},
		{"lines of a value stay", anna, showAll, urlencoded, "a=one%0D%0Atwo%0Athree", []forms.Field{{Name: "a", Size: 14, Value: "one\ntwo\nthree"}}},
		{"what can't be shown is not", anna, showAll, urlencoded, "a=%ff%00%0a%E2%80%AEx", []forms.Field{{Name: "a", Size: 7, Value: "\uFFFD \n x"}}},
		{"broken escapes", anna, showAll, urlencoded, "a=1&b=%zz", nil},
		{"multipart", anna, showAll, multi, string(multiBody), []forms.Field{
			{Name: "title", Size: 5, Value: "Hello"},
			{Name: "password", Secret: true},
			{Name: "photo", Size: 5000, File: true, FileName: "me.png"},
		}},
		{"multipart without a boundary", anna, showAll, "multipart/form-data", string(multiBody), nil},
		{"multipart that ends too early", anna, showAll, multi, string(multiBody[:len(multiBody)-100]), nil},
		{"JSON", anna, showAll, "application/json", `{"a":1}`, nil},
		{"no content type", anna, showAll, "", "a=1", nil},
		{"a content type that is none", anna, showAll, ";;", "a=1", nil},
		{"nothing", anna, showAll, urlencoded, "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			y := newYard(t, func(c *forms.Config) { c.Show = tt.show })
			form := formOf(tt.owner)
			form.ContentType, form.Body = tt.contentType, []byte(tt.body)
			id := y.mustPark(t, form)
			y.clock.Advance(time.Minute)
			got, err := y.Peek(t.Context(), id, tt.owner)
			if err != nil {
				t.Fatal(err)
			}
			want := forms.Summary{
				Method: "POST", Path: "/notes", ContentType: tt.contentType, Size: len(tt.body),
				Parked: noon(), Expires: noon().Add(time.Hour), Fields: tt.want,
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFieldsAreBounded(t *testing.T) {
	t.Parallel()
	var many bytes.Buffer
	w := multipart.NewWriter(&many)
	for i := range forms.MaxFields + 1 {
		if err := w.WriteField(fmt.Sprint("f", i), "x"); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for contentType, body := range map[string]string{
		"application/x-www-form-urlencoded": strings.Repeat("a=1&", forms.MaxFields+1),
		w.FormDataContentType():             many.String(),
	} {
		y := newYard(t, nil)
		form := formOf(forms.User("user_1"))
		form.ContentType, form.Body = contentType, []byte(body)
		got, err := y.Peek(t.Context(), y.mustPark(t, form), form.Owner)
		if err != nil || len(got.Fields) != forms.MaxFields || !got.MoreFields {
			t.Errorf("%s: %d fields, more %t, error %v", contentType, len(got.Fields), got.MoreFields, err)
		}
	}
}
