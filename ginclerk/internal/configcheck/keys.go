package configcheck

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
	"github.com/ginclerk/ginclerk/ginclerk/internal/pasted"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
)

// Keys checks the two keys of a Clerk instance, each alone and both together. The first error is about the publishable key, and
// the second about the secret key.
func Keys(publishable string, secret instance.SecretKey) (publishableErr, secretErr error) {
	if looksSecret(publishable) && looksPublishable(secret.Reveal()) {
		const swapped = "these are swapped: PublishableKey holds the secret key and SecretKey the publishable one, so put each in the other's place"
		return errors.New(swapped), errors.New(swapped)
	}
	parsed, publishableErr := readPublishableKey(publishable)
	kind, secretErr := readSecretKey(secret)
	if publishableErr == nil && secretErr == nil && kind != parsed.Type() {
		secretErr = fmt.Errorf("is of a %s instance, the publishable key of a %s one: take both from the same page of the Clerk dashboard",
			kind, parsed.Type())
	}
	return publishableErr, secretErr
}

const whereMachineSecret = "copy the machine's secret key, which starts with ak_, from the page Machines of the Clerk dashboard"

// MachineSecretKey checks the secret key of a machine. An empty key is valid.
func MachineSecretKey(key instance.SecretKey) error {
	text := key.Reveal()
	switch {
	case text == "":
		return nil
	case wrapped(text):
		return errors.New("has white space or quotes around it: take them out")
	case looksSecret(text), looksPublishable(text):
		return errors.New("is a key of the instance: " + whereMachineSecret)
	case strings.HasPrefix(text, "whsec_"):
		return errors.New("is the signing secret of a webhook: " + whereMachineSecret)
	case strings.HasPrefix(text, machineIDPrefix):
		return errors.New("is the id of a machine, which belongs in MachineID: " + whereMachineSecret)
	case strings.ContainsFunc(text, isNoMachineKeyCharacter):
		return errors.New("has characters in it that no key has, such as white space: was it cut off, or is it an example? " + whereMachineSecret)
	case strings.HasSuffix(text, "_"):
		return errors.New("ends after its prefix: " + whereMachineSecret)
	default:
		return nil
	}
}

const machineIDPrefix = "mch_"

// MachineID checks the id of a machine. An empty id is valid.
func MachineID(id string) error {
	rest, found := strings.CutPrefix(id, machineIDPrefix)
	if id == "" || found && rest != "" && !strings.ContainsFunc(rest, isNoKeyCharacter) {
		return nil
	}
	return errors.New("is not the id of a machine: it starts with mch_, and stands on the page Machines of the Clerk dashboard")
}

// JWTKey checks a public key in PEM. An empty key is valid.
func JWTKey(key string) error {
	if key == "" {
		return nil
	}
	_, err := jwks.NewPEM(key)
	return err
}

// CookieKeys checks the secrets that seal cookies. An empty list is valid.
func CookieKeys(keys [][]byte) error {
	if len(keys) == 0 {
		return nil
	}
	_, err := sealed.NewKeyring(sealed.Config{Keys: keys})
	return err
}

const wherePublishable = "copy the key that starts with pk_ from the page API keys of the Clerk dashboard"

func readPublishableKey(key string) (instance.PublishableKey, error) {
	switch {
	case key == "":
		return instance.PublishableKey{}, errors.New("is required: set CLERK_PUBLISHABLE_KEY to the key that starts with pk_")
	case looksSecret(key):
		return instance.PublishableKey{}, errors.New("is a secret key, which must stay on the server: " + wherePublishable +
			", and replace the secret key if it has got out")
	case wrapped(key):
		return instance.PublishableKey{}, errors.New("has white space or quotes around it: take them out")
	}
	parsed, err := instance.ParsePublishableKey(key)
	if err != nil {
		return parsed, fmt.Errorf("%w: %s", err, wherePublishable)
	}
	// Its host goes into redirects and headers. Clerk's SDKs take any text with a dot for a host.
	if _, err := origin.Parse("https://" + parsed.FrontendAPI()); err != nil {
		return parsed, errors.New("names no host that browsers could go to: " + wherePublishable)
	}
	return parsed, nil
}

const whereSecret = "copy the key that starts with sk_ from the page API keys of the Clerk dashboard" //nolint:gosec // G101: it says where

func readSecretKey(key instance.SecretKey) (instance.Type, error) {
	kind, known := key.Type()
	text := key.Reveal()
	switch {
	case text == "":
		return "", errors.New("is required: set CLERK_SECRET_KEY to the key that starts with sk_")
	case looksPublishable(text):
		return "", errors.New("is a publishable key: " + whereSecret)
	case wrapped(text):
		return "", errors.New("has white space or quotes around it: take them out")
	case strings.HasPrefix(text, "whsec_"):
		return "", errors.New("is the signing secret of a webhook: " + whereSecret)
	case strings.HasPrefix(text, "ak_"):
		return "", errors.New("is an API key or the key of a machine: " + whereSecret)
	case !known:
		return "", errors.New("starts with neither sk_test_ nor sk_live_: " + whereSecret)
	case strings.ContainsFunc(text, isNoKeyCharacter):
		return "", errors.New("has characters in it that no key has, such as white space or dots: was it cut off, or is it an example? " + whereSecret)
	case strings.HasSuffix(text, "_"):
		return "", errors.New("ends after its prefix: " + whereSecret)
	default:
		return kind, nil
	}
}

// wrapped reports whether a value has white space or quotes around it.
func wrapped(text string) bool { return pasted.Bare(text) != text }

// isNoKeyCharacter reports whether a character can't be in a secret key. Clerk's keys have letters, digits and underscores;
// hyphens are accepted to be on the safe side.
func isNoKeyCharacter(c rune) bool {
	return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-'
}

// isNoMachineKeyCharacter reports whether a character can't be in the secret key of a machine. Clerk's keys have the characters of base64.
func isNoMachineKeyCharacter(c rune) bool {
	return isNoKeyCharacter(c) && !strings.ContainsRune("+/=", c)
}

func looksSecret(text string) bool      { return strings.HasPrefix(pasted.Bare(text), "sk_") }
func looksPublishable(text string) bool { return strings.HasPrefix(pasted.Bare(text), "pk_") }
