package jwks_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
)

func pemOf(tb testing.TB, kind string, key any) string {
	tb.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		tb.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func bare(full string) string {
	full = strings.ReplaceAll(full, "-----BEGIN PUBLIC KEY-----", "")
	return strings.ReplaceAll(full, "-----END PUBLIC KEY-----", "")
}

func lines(text string) []string {
	var all []string
	for len(text) > 64 {
		all, text = append(all, text[:64]), text[64:]
	}
	return append(all, text)
}

func TestPEMInAnyFormThatEnvironmentsLeave(t *testing.T) {
	t.Parallel()
	full := pemOf(t, "PUBLIC KEY", firstKey())
	for name, text := range map[string]string{
		"as it is":                             full,
		"without line breaks":                  strings.ReplaceAll(full, "\n", ""),
		"with Windows line breaks":             strings.ReplaceAll(full, "\n", "\r\n"),
		"with line breaks written out":         strings.ReplaceAll(full, "\n", `\n`),
		"with spaces for line breaks":          strings.ReplaceAll(full, "\n", " "),
		"without the lines around":             bare(full),
		"on one line, nothing around":          strings.ReplaceAll(bare(full), "\n", ""),
		"indented, with space around":          "\n  " + strings.ReplaceAll(full, "\n", "\n  ") + "\n",
		"without the last line break":          strings.TrimSpace(full),
		"with quotes around it":                `"` + strings.ReplaceAll(full, "\n", `\n`) + `"`,
		"with single quotes around it":         "'" + full + "'\n",
		"with Windows line breaks written out": strings.ReplaceAll(full, "\n", `\r\n`),
		"as base64 of all of it":               base64.StdEncoding.EncodeToString([]byte(full)),
		"as base64 in lines":                   strings.Join(lines(base64.StdEncoding.EncodeToString([]byte(full))), "\n"),
		"as base64 with quotes inside":         base64.StdEncoding.EncodeToString([]byte(`"` + full + `"`)),
		"with the first line cut alone":        strings.TrimSpace(strings.TrimPrefix(full, "-----BEGIN PUBLIC KEY-----")),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			static, err := jwks.NewPEM(text)
			if err != nil {
				t.Fatal(err)
			}
			for _, kid := range []string{"", "ins_1", "anything"} {
				if key, err := static.Key(t.Context(), kid); err != nil || !key.Equal(firstKey()) {
					t.Errorf("key %q: %v, %v", kid, key, err)
				}
			}
		})
	}
}

func TestPEMThatIsSomethingElse(t *testing.T) {
	t.Parallel()
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	full := pemOf(t, "PUBLIC KEY", firstKey())
	pkcs1 := pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(firstKey())})
	small := &rsa.PublicKey{N: new(big.Int).SetBit(new(big.Int).Rsh(firstKey().N, 1024), 0, 1), E: 65537}
	for name, row := range map[string]struct{ text, says string }{
		"nothing":                 {"  \n", "empty"},
		"a secret key of Clerk":   {"sk_test_abc", "base64"},
		"a private key":           {"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----", "private key"},
		"a certificate":           {pemOf(t, "CERTIFICATE", firstKey()), "dashboard"},
		"another form of RSA":     {string(pkcs1), "dashboard"},
		"a curve":                 {pemOf(t, "PUBLIC KEY", &curve.PublicKey), "RSA"},
		"1024 bits":               {pemOf(t, "PUBLIC KEY", small), "bits"},
		"cut off":                 {full[:200], "public key"},
		"cut off at the end":      {full[:len(full)-40], "public key"},
		"two keys":                {full + full, "base64"},
		"a publishable key":       {"pk_test_abc", "public key"},
		"a key set":               {`{"keys":[{"kty":"RSA"}]}`, "JSON"},
		"a key set's address":     {"https://clerk.example.com/.well-known/jwks.json", "address"},
		"a file's name":           {"/run/secrets/clerk.pem", "file"},
		"base64 of a private key": {base64.StdEncoding.EncodeToString([]byte("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----")), "private key"},
		"base64 of something":     {base64.StdEncoding.EncodeToString([]byte("something")), "public key"},
		"endless":                 {strings.Repeat("A", 2<<20), "too long"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			static, err := jwks.NewPEM(row.text)
			if static != nil || err == nil || !strings.Contains(err.Error(), row.says) {
				t.Errorf("%v, %v; want an error that says %q", static, err, row.says)
			}
		})
	}
}

func FuzzNewPEM(f *testing.F) {
	full := pemOf(f, "PUBLIC KEY", firstKey())
	f.Add(full)
	f.Add(bare(full))
	f.Add("-----BEGIN PUBLIC KEY-----")
	f.Fuzz(func(t *testing.T, text string) {
		static, err := jwks.NewPEM(text)
		if (static == nil) == (err == nil) {
			t.Fatalf("both or neither: %v, %v", static, err)
		}
	})
}
