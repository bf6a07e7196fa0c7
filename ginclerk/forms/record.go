package forms

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
)

const (
	// purpose is the purpose for which the keyring derives the key of forms.
	purpose sealed.Purpose = "parked form"
	// idLength is the length of crypto/rand.Text: 26 characters of base32, 130 bits.
	idLength = 26
	// overhead is the number of bytes that a form is charged for its place in lists and in the store, in addition to its record.
	overhead = 512
)

var errRecord = errors.New("forms: not a record of a form")

// parked is a form in its record.
type parked struct {
	form    Form
	at      time.Time
	expires time.Time
}

// header stands before the body of a form in the record. Values of the request are bytes, because they need not be UTF-8 and
// text in JSON must be.
type header struct {
	Method      []byte `json:"method"`
	Path        []byte `json:"path"`
	ContentType []byte `json:"content_type,omitempty"`
	Router      []byte `json:"router,omitempty"`
	Parked      int64  `json:"parked"`  // milliseconds
	Expires     int64  `json:"expires"` // milliseconds
}

// key is the key of the record of a form.
func key(id string) string { return "forms:form:" + digest(id) }

// isID reports whether a text has the form of an id. The store is not asked about any other text.
func isID(text string) bool {
	return len(text) == idLength && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

// binding is the additional data of the encryption: a record opens only under its own id and for its owner. All ids have the
// same length and no kind has a colon, so two different pairs never give the same text.
func binding(id string, owner Owner) []byte {
	return []byte(id + ":" + string(owner.kind) + ":" + owner.value)
}

// seal encodes and encrypts a form.
func (pk *Parking) seal(id string, p parked) ([]byte, error) {
	plain, err := encode(p)
	if err != nil {
		return nil, err
	}
	record, err := pk.keyring.SealRecord(purpose, plain, p.expires, binding(id, p.form.Owner))
	if err != nil {
		return nil, fmt.Errorf("forms: seal: %w", err)
	}
	return record, nil
}

// open returns the form of a record, or ErrNotFound.
func (pk *Parking) open(id string, owner Owner, record []byte) (parked, error) {
	plain, err := pk.keyring.OpenRecord(purpose, record, binding(id, owner))
	if errors.Is(err, sealed.ErrInvalid) || errors.Is(err, sealed.ErrExpired) {
		return parked{}, ErrNotFound
	}
	if err != nil {
		return parked{}, fmt.Errorf("forms: open: %w", err)
	}
	p, err := decode(plain)
	if err != nil || !pk.config.Now().Before(p.expires) {
		return parked{}, ErrNotFound
	}
	p.form.Owner = owner
	return p, nil
}

// encode writes the length of the header (4 bytes, big endian), the header as JSON, and the body.
func encode(p parked) ([]byte, error) {
	head, err := json.Marshal(header{
		Method: []byte(p.form.Method), Path: []byte(p.form.Path), ContentType: []byte(p.form.ContentType),
		Router: []byte(p.form.Router),
		Parked: p.at.UnixMilli(), Expires: p.expires.UnixMilli(),
	})
	if err != nil {
		return nil, fmt.Errorf("forms: encode: %w", err)
	}
	plain := make([]byte, 0, 4+len(head)+len(p.form.Body))
	plain = binary.BigEndian.AppendUint32(plain, uint32(len(head))) //nolint:gosec // Path and content type are bounded.
	plain = append(plain, head...)
	return append(plain, p.form.Body...), nil
}

// decode reads what encode has written, and checks the form again: an older version of this package may have written the record.
func decode(plain []byte) (parked, error) {
	if len(plain) < 4 {
		return parked{}, errRecord
	}
	length, rest := binary.BigEndian.Uint32(plain), plain[4:]
	if uint64(length) > uint64(len(rest)) {
		return parked{}, errRecord
	}
	var head header
	if err := json.Unmarshal(rest[:length], &head); err != nil {
		return parked{}, errRecord
	}
	p := parked{
		form: Form{
			Method: string(head.Method), Path: string(head.Path), ContentType: string(head.ContentType),
			Router: string(head.Router), Body: rest[length:],
		},
		at: time.UnixMilli(head.Parked), expires: time.UnixMilli(head.Expires),
	}
	checked := p.form
	checked.Owner = User("someone") // The record does not contain the owner; the encryption binds it.
	if err := checked.check(MaxFormLimit); err != nil {
		return parked{}, errRecord
	}
	return p, nil
}
