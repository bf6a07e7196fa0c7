package doctor

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// examineConfiguration reports what [ginclerk.New] refuses.
func (e *examination) examineConfiguration(ctx context.Context) {
	config := e.Config
	config.Logger = slog.New(slog.DiscardHandler)
	clerk, err := ginclerk.New(config)
	if err == nil {
		_ = clerk.Close(ctx) // nothing is under way
	}
	for _, problem := range configErrors(err) {
		e.problem(configurationID(problem.Field), "%s: %s", problem.Field, strings.TrimPrefix(problem.Err.Error(), "jwks: "))
	}
	if !e.troubled(Configuration) {
		e.fine(Configuration, "every value can be read")
	}
}

// configurationID is the finding for a field that can't be used.
func configurationID(field string) ID {
	switch field {
	case "PublishableKey":
		return "publishable-key-invalid"
	case "SecretKey":
		return "secret-key-invalid"
	case "Tokens.JWTKey":
		return "jwt-key-invalid"
	default:
		return "configuration-invalid"
	}
}

// configErrors returns the errors about fields among those that are joined.
func configErrors(err error) []*ginclerk.ConfigError {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var found []*ginclerk.ConfigError
		for _, one := range joined.Unwrap() {
			found = append(found, configErrors(one)...)
		}
		return found
	}
	if problem, ok := errors.AsType[*ginclerk.ConfigError](err); ok {
		return []*ginclerk.ConfigError{problem}
	}
	return nil
}
