package instance

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// Type is the kind of a Clerk instance. A development instance recognizes browsers by a dev browser token, a production instance by a
// cookie on the application's domain.
type Type string

// The types of instances.
const (
	Development Type = "development"
	Production  Type = "production"
)

const (
	livePublishablePrefix = "pk_live_"
	testPublishablePrefix = "pk_test_"
)

// ErrInvalidPublishableKey matches every error of [ParsePublishableKey].
var ErrInvalidPublishableKey = errors.New("invalid publishable key")

// PublishableKey is a parsed Clerk publishable key. The zero value is no key: make one with [ParsePublishableKey] or
// [NewPublishableKey]. It is safe for concurrent use.
type PublishableKey struct {
	raw          string
	frontendAPI  string
	instanceType Type
	cookieSuffix string
}

// ParsePublishableKey parses a publishable key: pk_test_ or pk_live_, then the base64 of the Frontend API's host and one
// "$". Errors match [ErrInvalidPublishableKey] and say what is wrong with the key.
func ParsePublishableKey(raw string) (PublishableKey, error) {
	instanceType, payload, err := splitPublishableKey(raw)
	if err != nil {
		return PublishableKey{}, err
	}
	decoded, err := decodePayload(payload)
	if err != nil {
		return PublishableKey{}, fmt.Errorf("%w: the part after the prefix is not base64", ErrInvalidPublishableKey)
	}
	host, found := strings.CutSuffix(decoded, "$")
	if !found || strings.Contains(host, "$") || !strings.Contains(host, ".") {
		return PublishableKey{}, fmt.Errorf("%w: it names no Frontend API host", ErrInvalidPublishableKey)
	}
	return PublishableKey{raw: raw, frontendAPI: host, instanceType: instanceType, cookieSuffix: CookieSuffix(raw)}, nil
}

// NewPublishableKey builds the key of an instance whose Frontend API is at the given host (without scheme). The host is
// not checked.
func NewPublishableKey(frontendAPI string, t Type) PublishableKey {
	prefix := testPublishablePrefix
	if t == Production {
		prefix = livePublishablePrefix
	}
	raw := prefix + base64.RawStdEncoding.EncodeToString([]byte(frontendAPI+"$"))
	return PublishableKey{raw: raw, frontendAPI: frontendAPI, instanceType: t, cookieSuffix: CookieSuffix(raw)}
}

// String returns the key as it was given. A publishable key is not a secret.
func (k PublishableKey) String() string { return k.raw }

// IsZero reports whether the key is the zero value.
func (k PublishableKey) IsZero() bool { return k.raw == "" }

// FrontendAPI returns the host of the instance's Frontend API, without a scheme.
func (k PublishableKey) FrontendAPI() string { return k.frontendAPI }

// Type returns the type of the instance, by the prefix of the key.
func (k PublishableKey) Type() Type { return k.instanceType }

// CookieSuffix returns the eight characters at the end of this instance's cookie names, such as __session_<suffix>. Instances on the
// same domain have different ones.
func (k PublishableKey) CookieSuffix() string { return k.cookieSuffix }

func splitPublishableKey(raw string) (Type, string, error) {
	instanceType, payload := Development, ""
	switch {
	case strings.HasPrefix(raw, livePublishablePrefix):
		instanceType, payload = Production, raw[len(livePublishablePrefix):]
	case strings.HasPrefix(raw, testPublishablePrefix):
		payload = raw[len(testPublishablePrefix):]
	default:
		return "", "", fmt.Errorf("%w: it starts with neither pk_test_ nor pk_live_", ErrInvalidPublishableKey)
	}
	if strings.Contains(payload, "_") {
		return "", "", fmt.Errorf("%w: it has more than three parts", ErrInvalidPublishableKey)
	}
	return instanceType, payload, nil
}

// decodePayload decodes as the browser's atob does (WHATWG Infra, "forgiving-base64 decode"): it skips white space, and padding may
// be absent but not wrong.
func decodePayload(payload string) (string, error) {
	payload = strings.Map(func(r rune) rune {
		if strings.ContainsRune("\t\n\f\r ", r) {
			return -1
		}
		return r
	}, payload)
	if len(payload)%4 == 0 {
		payload = strings.TrimSuffix(strings.TrimSuffix(payload, "="), "=")
	}
	decoded, err := base64.RawStdEncoding.DecodeString(payload)
	return string(decoded), err
}
