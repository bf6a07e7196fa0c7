package forms

// Decode reads the text of a record, and returns it written again.
func Decode(plain []byte) (Form, []byte, error) {
	p, err := decode(plain)
	if err != nil {
		return Form{}, nil, err
	}
	again, err := encode(p)
	return p.form, again, err
}
