package jwks

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/pasted"
)

const (
	pemHeader  = "-----BEGIN PUBLIC KEY-----"
	pemTrailer = "-----END PUBLIC KEY-----"
)

// Static returns one key for every key id, for verification without a network. Make it with [NewPEM]. It is safe for concurrent use.
type Static struct{ key *rsa.PublicKey }

// NewPEM reads the JWT public key that Clerk's dashboard shows: an RSA key in PEM (SubjectPublicKeyInfo, RFC 5280 section 4.1). Line
// breaks may be missing, because environment variables lose them, and so may the BEGIN and END lines. The text may have quotes around
// it, and may be encoded in base64 as a whole, as secret stores do. The error says what the text is instead, and never quotes it.
func NewPEM(pem string) (*Static, error) {
	key, err := parsePEM(pem)
	if err != nil {
		return nil, fmt.Errorf("jwks: JWT public key: %w", err)
	}
	return &Static{key: key}, nil
}

// Key returns the key for every id. Clerk's SDKs ignore the id, too, because a PEM has none.
func (s *Static) Key(context.Context, string) (*rsa.PublicKey, error) { return s.key, nil }

func parsePEM(text string) (*rsa.PublicKey, error) {
	if len(text) > maxBody {
		return nil, errors.New("too long for a key")
	}
	text = unpacked(text)
	switch {
	case text == "":
		return nil, errors.New("empty")
	case strings.Contains(text, "PRIVATE KEY"):
		return nil, errors.New("a private key; the public one is needed, and the private one should be kept secret")
	case strings.HasPrefix(text, "sk_"), strings.HasPrefix(text, "pk_"), strings.HasPrefix(text, "whsec_"):
		return nil, errors.New("not base64 but a key of Clerk's APIs or webhooks; the JWT public key is needed, which begins with " + pemHeader)
	case strings.HasPrefix(text, "{"):
		return nil, errors.New("a key in JSON; the PEM key of Clerk's dashboard is needed, which begins with " + pemHeader)
	case strings.HasPrefix(text, "http://"), strings.HasPrefix(text, "https://"), strings.HasPrefix(text, "/"):
		return nil, errors.New("an address or a file; the key itself is needed, which begins with " + pemHeader)
	case strings.Contains(text, "BEGIN CERTIFICATE"), strings.Contains(text, "BEGIN RSA PUBLIC KEY"):
		return nil, errors.New("not the form that Clerk's dashboard shows, which begins with " + pemHeader)
	}
	text = strings.TrimSuffix(strings.TrimPrefix(text, pemHeader), pemTrailer)
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return nil, errors.New("not base64 between the BEGIN and END lines; was it cut off?")
	}
	public, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, fmt.Errorf("not a public key: %w", err)
	}
	key, ok := public.(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("a key of type %T; Clerk signs with RSA", public)
	}
	if err := checkKey(key); err != nil {
		return nil, err
	}
	return key, nil
}

// unpacked removes what shells, files and secret stores add around a key.
func unpacked(text string) string {
	text = bare(text)
	if strings.Contains(text, "-----") {
		return text
	}
	decoded, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil || !strings.Contains(string(decoded), "-----BEGIN ") {
		return text
	}
	return bare(string(decoded))
}

// bare returns the text without white space and quotes around it, and with line breaks in place of \n and \r, which some readers of
// .env files keep as two characters.
func bare(text string) string {
	return pasted.Bare(strings.NewReplacer(`\r`, "", `\n`, "\n").Replace(text))
}
