package doctor

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
)

// examineClerk has [ginclerk.Clerk.Check] ask Clerk, and looks at the answers.
func (e *examination) examineClerk(ctx context.Context) {
	clerk := e.newClerk()
	if clerk == nil {
		e.skipped(Clerk, "the keys can't be used: correct them first")
		return
	}
	err := clerk.Check(ctx)
	_ = clerk.Close(ctx) // nothing is under way: Check has waited for its calls
	e.judgeKeys(err)
	if e.troubled(Keys) {
		return
	}
	if err != nil {
		e.fine(Keys, "the form of both keys is that of one %s instance, %s", e.key.Type(), e.key.FrontendAPI())
		return
	}
	e.fine(Keys, "both keys are of the %s instance %s", e.key.Type(), e.key.FrontendAPI())
	if !e.troubled(Clerk) {
		e.fine(Clerk, "the Backend API knows the secret key, and the Frontend API publishes the same signing keys")
	}
}

// newClerk makes what asks Clerk; nil where the keys can't be used. Where something else of the configuration can't be used, it is left
// out.
func (e *examination) newClerk() *ginclerk.Clerk {
	config := e.Config
	config.Logger = slog.New(slog.DiscardHandler)
	config.Observer = nil
	client := &http.Client{Timeout: requestTimeout, Transport: http.DefaultTransport}
	if given := config.ClerkAPI.HTTPClient; given != nil {
		client.Timeout = given.Timeout
		if given.Transport != nil {
			client.Transport = given.Transport
		}
	}
	e.witness = &witness{base: client.Transport, now: e.now}
	client.Transport = e.witness
	config.ClerkAPI.HTTPClient = client
	if clerk, err := ginclerk.New(config); err == nil {
		return clerk
	}
	config = ginclerk.Config{
		PublishableKey: config.PublishableKey, SecretKey: config.SecretKey, ClerkAPI: config.ClerkAPI, Logger: config.Logger, Now: config.Now,
	}
	if clerk, err := ginclerk.New(config); err == nil {
		return clerk
	}
	e.witness = nil
	return nil
}

// judgeKeys reports what the answers of Clerk say about the keys.
func (e *examination) judgeKeys(err error) {
	backend, backendAnswered := e.witness.keySet(backendKeys)
	_, frontendAnswered := e.witness.keySet(frontendKeys)
	switch {
	case backendAnswered && !jwks.Usable(backend):
		e.problem("key-set-without-rsa-key", "the key set of the Backend API has no RSA key that can verify a token")
	case backendAnswered && e.Config.Tokens.JWTKey != "" && !jwks.Publishes(backend, e.Config.Tokens.JWTKey) && !e.reported("jwt-key-invalid"):
		e.problem("jwt-key-not-published", "Tokens.JWTKey (CLERK_JWT_KEY) is none of the keys that Clerk publishes for the instance of the secret key")
	case errors.Is(err, ginclerk.ErrKeyMismatch) && !backendAnswered:
		e.problem("secret-key-refused", "the Backend API does not know the secret key, which is of a %s instance by its beginning", kindOf(e.Config.SecretKey))
	case errors.Is(err, ginclerk.ErrKeyMismatch):
		e.problem("keys-of-two-instances", "the publishable key is of the instance %s, the secret key of another one: they have no signing key in common", e.key.FrontendAPI())
	case err != nil && !backendAnswered:
		e.problem("backend-api-unreachable", "%s", plain(err))
	case err != nil && !frontendAnswered:
		e.problem("frontend-api-unreachable", "%s", plain(err))
	}
}

// kindOf is what the beginning of a secret key says.
func kindOf(secretKey string) instance.Type {
	kind, _ := instance.SecretKey(secretKey).Type()
	return kind
}

// plain is the text of an error of package ginclerk, without the names of the packages that it came through.
func plain(err error) string {
	text := strings.TrimPrefix(err.Error(), "ginclerk: ")
	return strings.NewReplacer("clerkapi: ", "", "get jwks: ", "", "get frontend jwks: ", "", "unexpected_error: clerk is unavailable: ", "").Replace(text)
}
