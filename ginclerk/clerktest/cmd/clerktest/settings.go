package main

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/pasted"
)

// The hosts in the publishable keys. They are constant, so that the names of Clerk's cookies are, too: otherwise each start
// would leave another set of cookies in the browser for a year, until servers on localhost refuse to read so many.
const (
	developmentHost = "ginclerk-clerktest-00.clerk.accounts.dev"
	productionHost  = "clerk.clerktest-00.example.com"
)

// settings are the flags of the command line.
type settings struct {
	clerk                     clerktest.Config // what flags say of it
	seed, state               string
	webhook, origins, control string
	production                bool
}

// parse reads the flags. When it returns an error, it has already printed the reason.
func parse(args []string, stderr io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("clerktest", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.clerk.Addr, "addr", "127.0.0.1:0", "where to listen, as `host:port`")
	flags.StringVar(&s.seed, "seed", "", "a JSON `file` with the users and organizations at the start")
	flags.StringVar(&s.control, "control", "", "a second address, as `host:port` on loopback, for clock, tokens, faults, keys and webhooks")
	flags.StringVar(&s.state, "state", "", "a `file` that keeps accounts, sessions and keys for the next start")
	flags.StringVar(&s.webhook, "webhook", "", "a `URL` on loopback that receives all events, signed")
	flags.StringVar(&s.clerk.FrontendAPI, "frontend-api", "",
		"the `host` in the publishable key, from which the names of cookies come; another one keeps two programs apart in a browser")
	flags.StringVar(&s.origins, "origins", "",
		"the application's `origins`, separated by commas: where redirects may lead, and the first is whom tokens are for")
	flags.BoolVar(&s.production, "production", false, "a production instance instead of a development one")
	flags.BoolVar(&s.clerk.RateLimits, "rate-limits", false, "Clerk's rate limits")
	flags.BoolVar(&s.clerk.ForceOrganizationSelection, "force-organization-selection", false,
		"no personal accounts: a session needs an active organization")
	flags.BoolVar(&s.clerk.OrganizationAtSignIn, "organization-at-sign-in", false, "a new session has the user's first organization as its active one")
	flags.BoolVar(&s.clerk.DestroyClientOnSignOut, "destroy-client-on-sign-out", false,
		"signing out of all sessions deletes the browser's client")
	flags.BoolVar(&s.clerk.Usernames, "usernames", false, "accounts may have usernames, and people sign in with them")
	flags.BoolVar(&s.clerk.PhoneNumbers, "phone-numbers", false, "accounts may have phone numbers, and people sign in with them")
	flags.BoolVar(&s.clerk.SocialProvider, "social-provider", false, "a made-up social provider, where everyone is whoever they say")
	flags.BoolVar(&s.clerk.UnsafeListenBeyondLoopback, "unsafe-listen-beyond-loopback", false,
		"allow other addresses than loopback: everyone who reaches them can sign in as any user")
	if err := flags.Parse(args); err != nil {
		return settings{}, err
	}
	if flags.NArg() > 0 {
		err := fmt.Errorf("unexpected argument %q", flags.Arg(0))
		_, _ = fmt.Fprintln(stderr, "clerktest:", err)
		return settings{}, err
	}
	return s, nil
}

func (s settings) config() (clerktest.Config, error) {
	config, host := s.clerk, developmentHost
	if s.production {
		config.Type, host = instance.Production, productionHost
	}
	config.FrontendAPI, config.Origins = cmp.Or(config.FrontendAPI, host), pasted.List(s.origins)
	config.ServePortal, config.ServeDashboard = true, true // the program has no application that could show them
	var err error
	if config.State, err = readState(s.state); err != nil {
		return clerktest.Config{}, err
	}
	if s.webhook != "" {
		config.Webhooks = []clerktest.WebhookEndpoint{{URL: s.webhook}}
	}
	if s.seed == "" {
		return config, nil
	}
	text, err := os.ReadFile(s.seed)
	if err != nil {
		return clerktest.Config{}, fmt.Errorf("read seed: %w", err)
	}
	if config.Seed, err = clerktest.ParseSeed(text); err != nil {
		return clerktest.Config{}, fmt.Errorf("%s: %w", s.seed, err)
	}
	return config, nil
}
