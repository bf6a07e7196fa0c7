package core

import (
	"log/slog"
	"sync"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/mint"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// Core is one embedded Clerk without its listener. Fill in all fields, then don't change them. World and Minter are used only
// inside [Core.Do]; the rest is safe for concurrent use.
type Core struct {
	World     *world.World
	Minter    *mint.Minter
	Key       instance.PublishableKey
	SecretKey string
	Origins   Origins
	// SignInPath and SignUpPath are the application's paths of the Account Portal.
	SignInPath, SignUpPath string
	ApplicationName        string
	// DestroyClientOnSignOut deletes the browser's client when all its sessions are signed out.
	DestroyClientOnSignOut bool
	// Home is where the pages lead if no redirect_url says otherwise: "/" of the application that shows them, or its address.
	Home string
	// FrontendURL is the address of the Frontend API. The pages allow forms to lead there.
	FrontendURL string
	Logger      *slog.Logger
	Calls       *Calls
	Faults      *Faults
	// Events receives changes; nil: no receiver.
	Events Events

	mu sync.Mutex
}

// Do runs fn while no other operation runs. It first expires the sessions whose time has come.
func (c *Core) Do(fn func()) { c.do(fn, Cause{ClientIP: "127.0.0.1", UserAgent: "clerktest"}) }

// Production reports whether this is a production instance.
func (c *Core) Production() bool { return c.Key.Type() == instance.Production }

// SessionToken mints a session token for the authorized party; "" leaves azp out.
func (c *Core) SessionToken(s *world.Session, authorizedParty string) (string, error) {
	return c.Minter.Session(s, mint.Options{AuthorizedParty: authorizedParty})
}
