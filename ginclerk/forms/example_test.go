package forms_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

func Example() {
	ctx := context.Background()
	parking, err := forms.New(forms.Config{
		Store: storage.NewMemory(storage.MemoryConfig{}),
		Keys:  [][]byte{bytes.Repeat([]byte("k"), 32)}, // in earnest: 32 random bytes out of a secret store
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	jane := forms.User("user_1")

	// The form arrives with a token that has expired.
	id, err := parking.Park(ctx, forms.Form{
		Method: "POST", Path: "/notes", ContentType: "application/x-www-form-urlencoded",
		Body: []byte("title=Hello&password=hunter2"), Owner: jane,
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	// She has signed in again: the page offers the form.
	summary, err := parking.Peek(ctx, id, jane)
	fmt.Println(summary.Method, summary.Path, len(summary.Fields), "fields", err)

	// She sends it, with a double click.
	form, err := parking.Claim(ctx, id, jane)
	fmt.Println(len(form.Body), "bytes", err)
	_, err = parking.Claim(ctx, id, jane)
	fmt.Println(errors.Is(err, forms.ErrNotFound))

	// Output:
	// POST /notes 2 fields <nil>
	// 28 bytes <nil>
	// true
}
