package jwks

// Usable reports whether a JSON Web Key Set has a key that can verify a session token: RSA, for RS256, of a size that is accepted.
func Usable(set []byte) bool {
	_, _, err := parseKeySet(set)
	return err == nil
}

// Publishes reports whether a JSON Web Key Set has the public key in a PEM text as [NewPEM] reads it. Key ids do not count: a PEM has
// none. It is false for a text or a set that can't be read.
func Publishes(set []byte, pem string) bool {
	wanted, err := parsePEM(pem)
	if err != nil {
		return false
	}
	keys, _, err := parseKeySet(set)
	if err != nil {
		return false
	}
	for _, key := range keys {
		if key.Equal(wanted) {
			return true
		}
	}
	return false
}
