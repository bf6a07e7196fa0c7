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

// The paths of the Account Portal.
const (
	signInPath = "/sign-in"
	signUpPath = "/sign-up"
)

// settings are the flags of the command line.
type settings struct {
	addr, seed, control string
	webhook, state      string
	origins             string
	frontendAPI         string
	production          bool
	rateLimits          bool
	needOrganization    bool
	destroyClient       bool
	usernames, phones   bool
	socialProvider      bool
	beyondLoopback      bool
}

// parse reads the flags. When it returns an error, it has already printed the reason.
func parse(args []string, stderr io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("clerktest", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.addr, "addr", "127.0.0.1:0", "where to listen, as `host:port`")
	flags.StringVar(&s.seed, "seed", "", "a JSON `file` with the users and organizations at the start")
	flags.StringVar(&s.control, "control", "", "a second address, as `host:port` on loopback, for clock, tokens, faults, keys and webhooks")
	flags.StringVar(&s.state, "state", "", "a `file` that keeps accounts, sessions and keys for the next start")
	flags.StringVar(&s.webhook, "webhook", "", "a `URL` on loopback that receives all events, signed")
	flags.StringVar(&s.frontendAPI, "frontend-api", "",
		"the `host` in the publishable key, from which the names of cookies come; another one keeps two programs apart in a browser")
	flags.StringVar(&s.origins, "origins", "",
		"the application's `origins`, separated by commas: where redirects may lead, and the first is whom tokens are for")
	flags.BoolVar(&s.production, "production", false, "a production instance instead of a development one")
	flags.BoolVar(&s.rateLimits, "rate-limits", false, "Clerk's rate limits")
	flags.BoolVar(&s.needOrganization, "force-organization-selection", false, "no personal accounts: a session needs an active organization")
	flags.BoolVar(&s.destroyClient, "destroy-client-on-sign-out", false, "signing out of all sessions deletes the browser's client")
	flags.BoolVar(&s.usernames, "usernames", false, "accounts may have usernames, and people sign in with them")
	flags.BoolVar(&s.phones, "phone-numbers", false, "accounts may have phone numbers, and people sign in with them")
	flags.BoolVar(&s.socialProvider, "social-provider", false, "a made-up social provider, where everyone is whoever they say")
	flags.BoolVar(&s.beyondLoopback, "unsafe-listen-beyond-loopback", false,
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
	config := clerktest.Config{
		Type: instance.Development, Addr: s.addr, UnsafeListenBeyondLoopback: s.beyondLoopback, RateLimits: s.rateLimits,
		FrontendAPI: cmp.Or(s.frontendAPI, developmentHost), ForceOrganizationSelection: s.needOrganization,
		DestroyClientOnSignOut: s.destroyClient, Usernames: s.usernames, PhoneNumbers: s.phones, SocialProvider: s.socialProvider,
		SignInPath: signInPath, SignUpPath: signUpPath, ServePortal: true, ServeDashboard: true, // the program has no application that could show it
	}
	if s.production {
		config.Type, config.FrontendAPI = instance.Production, cmp.Or(s.frontendAPI, productionHost)
	}
	config.Origins = pasted.List(s.origins)
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
