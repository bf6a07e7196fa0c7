package clerktest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"embed"
	"encoding/pem"
	"errors"
	"fmt"
)

// Making an RSA key takes as long as a hundred of the tests that need one. These keys are public, so they are only for tests.
//
//go:embed testkeys/*.pem
var testKeys embed.FS

const keyBits = 2048

func freshKey() (*rsa.PrivateKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, fmt.Errorf("clerktest: generate signing key: %w", err)
	}
	return key, nil
}

// pooledKey returns one of the embedded keys at random.
func pooledKey() (*rsa.PrivateKey, error) {
	files, err := testKeys.ReadDir("testkeys")
	if err != nil {
		return nil, fmt.Errorf("clerktest: list test keys: %w", err)
	}
	text, err := testKeys.ReadFile("testkeys/" + files[below(len(files))].Name())
	if err != nil {
		return nil, fmt.Errorf("clerktest: read test key: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("clerktest: test key is not PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("clerktest: parse test key: %w", err)
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("clerktest: test key is not RSA")
	}
	return key, nil
}
