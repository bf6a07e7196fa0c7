package forms

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"
	"unicode"
)

const (
	// MaxFields is how many fields a [Summary] names.
	MaxFields = 100
	// maxName and maxValue are the longest name and value that a summary tells, in characters.
	maxName  = 200
	maxValue = 1000
)

// Field is one field of a form.
type Field struct {
	// Name is the field's name, shortened to 200 characters.
	Name string
	// Size is the size of the value, in bytes; 0 for secrets.
	Size int
	// File says that the field is an uploaded file, with the name FileName.
	File     bool
	FileName string
	// Secret says that the name looks like that of a password, a code or a key, or the value like the number of a card or an account, or like
	// a token. Size and Value are then zero.
	Secret bool
	// Value is the beginning of the value, up to 1,000 characters with their line breaks, if Config.Show allows it for a user's form; else empty. The user
	// typed it: escape it.
	Value string
}

// readFields lists the fields of a body, with the values of text fields.
func readFields(contentType string, body []byte) (fields []Field, more bool) {
	kind, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, false
	}
	switch kind {
	case "application/x-www-form-urlencoded":
		fields, more, err = readURLEncoded(string(body))
	case "multipart/form-data":
		fields, more, err = readMultipart(body, parameters["boundary"])
	}
	if err != nil {
		return nil, false
	}
	return fields, more
}

func readURLEncoded(body string) (fields []Field, more bool, err error) {
	for pair := range strings.SplitSeq(body, "&") {
		if pair == "" {
			continue
		}
		if len(fields) == MaxFields {
			return fields, true, nil
		}
		before, after, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(before)
		if err != nil {
			return nil, false, fmt.Errorf("forms: name of a field: %w", err)
		}
		value, err := url.QueryUnescape(after)
		if err != nil {
			return nil, false, fmt.Errorf("forms: value of a field: %w", err)
		}
		fields = append(fields, newField(name, value))
	}
	return fields, false, nil
}

func readMultipart(body []byte, boundary string) (fields []Field, more bool, err error) {
	if boundary == "" {
		return nil, false, errors.New("forms: multipart without boundary")
	}
	reader := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return fields, false, nil
		}
		if err != nil {
			return nil, false, fmt.Errorf("forms: multipart: %w", err)
		}
		if len(fields) == MaxFields {
			return fields, true, nil
		}
		value, err := io.ReadAll(part)
		if err != nil {
			return nil, false, fmt.Errorf("forms: multipart: %w", err)
		}
		field := newField(part.FormName(), string(value))
		if name := part.FileName(); name != "" && !field.Secret {
			field = Field{Name: field.Name, Size: field.Size, File: true, FileName: shown(name)}
		}
		fields = append(fields, field)
	}
}

func newField(name, value string) Field {
	if isSecret(name, value) {
		return Field{Name: shown(name), Secret: true}
	}
	return Field{Name: shown(name), Size: len(value), Value: cleaned(value, maxValue, true)}
}

// shown returns a name that is safe to show.
func shown(name string) string { return cleaned(name, maxName, false) }

// cleaned returns text that is safe to show: valid UTF-8, with so many characters at most, without control characters and without
// those that change the direction of the text that follows. Breaks of lines stay if lines is set.
func cleaned(text string, longest int, lines bool) string {
	if lines {
		text = strings.ReplaceAll(text, "\r\n", "\n") // as forms send them
	}
	var b strings.Builder
	count := 0
	for _, r := range text {
		if unicode.Is(unicode.Bidi_Control, r) || unicode.IsControl(r) && (r != '\n' || !lines) {
			r = ' '
		}
		if count++; count > longest {
			return b.String() + "…"
		}
		b.WriteRune(r) // An invalid byte has become U+FFFD.
	}
	return b.String()
}

// looksSecret reports whether the name of a field suggests a secret. It hides too much rather than too little: "shipping"
// contains "pin".
func looksSecret(name string) bool {
	name = strings.ToLower(name)
	for _, part := range []string{
		"pass", "pwd", "pin", "secret", "token", "otp", "code", "key", "csrf", "xsrf", "nonce", "auth", "credential",
		"signature", "cvc", "cvv", "card", "iban", "account", "ssn", "answer",
		"kennwort", "geheim", "senha", "clave", "contrase", "parol", "haslo", "hasło", "пароль", "密码", "密碼", "パスワード", "비밀번호",
	} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}
