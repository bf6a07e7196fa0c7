package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/caarlos0/env/v11"

	"github.com/ginclerk/ginclerk/internal/secretfile"
)

const defaultPort = 8080

// settings are the checked values of the environment and the flags.
type settings struct {
	port       int
	embedded   bool // no Clerk variable is set: start the embedded Clerk
	everywhere bool // listen beyond loopback although the embedded Clerk is used
	debug      bool // Gin prints its routes, and each request is logged
	routes     bool // print what guards each route, and serve nothing
	origins    []string
	// redisURL is the Redis in which replicas share their state; empty: the state is in the memory of this process.
	redisURL string
	// brand is the look of the pages: one of lookNames, or empty for the default.
	brand string
	// webhookSecret verifies the webhooks of Clerk itself.
	webhookSecret string
}

// readSettings reads flags and environment. With -help, it writes the help to stdout and returns flag.ErrHelp.
func readSettings(args []string, stdout io.Writer) (settings, error) {
	s := settings{port: defaultPort}
	if err := s.readFlags(args, stdout); err != nil {
		return settings{}, err
	}
	variables := env.ToMap(os.Environ())
	if err := readSecrets(variables); err != nil {
		return settings{}, err
	}
	if port := variables["PORT"]; port != "" {
		n, err := strconv.Atoi(port)
		if err != nil || n < 0 || n > 65535 {
			return settings{}, fmt.Errorf("PORT is %q; it must be a number from 0 to 65535", port)
		}
		s.port = n
	}
	if s.routes {
		s.port = 0 // another demo may run
	}
	s.brand = variables["BRAND"]
	if err := checkLook(s.brand); err != nil {
		return settings{}, err
	}
	s.debug = variables["GIN_MODE"] == "debug"
	s.redisURL, s.webhookSecret = variables["REDIS_URL"], strings.TrimSpace(variables["CLERK_WEBHOOK_SIGNING_SECRET"])
	for origin := range strings.SplitSeq(variables["ORIGINS"], ",") {
		if origin = strings.TrimSpace(origin); origin != "" {
			s.origins = append(s.origins, origin)
		}
	}
	return s, s.chooseClerk(variables)
}

// variablesHelp describes the environment variables of the demo.
const variablesHelp = `Variables:
  PORT                          the port; 8080, and 0 for any that is free
  ORIGINS                       the demo's addresses, separated by commas; localhost and 127.0.0.1 at the port
  BRAND                         ginclerk or forest: name, logo, colors and footer of the pages; ginclerk
  GIN_MODE                      release or debug; in release mode the embedded Clerk does not start; debug logs each request
  REDIS_URL                     redis://user:password@host:port/database, which replicas share: sessions that are ended, forms
                                that wait, jobs, notes; without it they are in memory
  CLERK_SECRET_KEY              the keys of a Clerk instance, both of them; without any CLERK_ variable the embedded Clerk
  CLERK_PUBLISHABLE_KEY         starts
  CLERK_WEBHOOK_SIGNING_SECRET  of the endpoint /api/webhooks/clerk in the Clerk dashboard; without it webhooks are not taken
  CLERK_SIGN_IN_URL, CLERK_SIGN_UP_URL, CLERK_JWT_KEY, CLERK_AUTHORIZED_PARTIES, CLERK_PROXY_URL, CLERK_API_URL,
  CLERK_FAPI_URL, CLERK_DOMAIN, CLERK_IS_SATELLITE
                                as in Clerk's own SDKs
  CLERK_SECRET_KEY_FILE, CLERK_JWT_KEY_FILE, CLERK_MACHINE_SECRET_KEY_FILE, CLERK_WEBHOOK_SIGNING_SECRET_FILE, REDIS_URL_FILE
                                in place of the variables: the paths of files that have the secrets
`

// readFlags keeps the flag package from writing: a mistake is one line, and help is not a mistake.
func (s *settings) readFlags(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&s.everywhere, "unsafe-embedded-clerk-on-all-interfaces", false,
		"let other machines reach the demo while it uses the embedded Clerk, which shows everybody its passwords")
	flags.BoolVar(&s.routes, "routes", false, "print what guards each route, and end")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		_, _ = fmt.Fprintln(stdout, "Usage of demo:") // an error means that the reader closed the pipe
		flags.SetOutput(stdout)
		flags.PrintDefaults()
		_, _ = fmt.Fprint(stdout, variablesHelp)
		return err
	case err != nil:
		return fmt.Errorf("flags: %w", err)
	case flags.NArg() > 0:
		return fmt.Errorf("flags: %q is none, and the demo takes nothing else", flags.Arg(0))
	default:
		return nil
	}
}

// readSecrets puts secrets that are in files where their variables would be. The library reads those of Clerk's keys by itself.
func readSecrets(variables map[string]string) error {
	for _, name := range []string{
		"CLERK_SECRET_KEY", "CLERK_JWT_KEY", "CLERK_MACHINE_SECRET_KEY", "CLERK_WEBHOOK_SIGNING_SECRET", "REDIS_URL",
	} {
		value, err := secretfile.Variable(name)
		if err != nil {
			return err
		}
		if delete(variables, name+"_FILE"); value != "" {
			variables[name] = strings.TrimSpace(value)
		}
	}
	return nil
}

// chooseClerk decides between Clerk and the embedded Clerk. The embedded Clerk never starts by accident: a single Clerk
// variable is a mistake in the set-up, and release mode does not allow it.
func (s *settings) chooseClerk(variables map[string]string) error {
	const way = "set both CLERK_SECRET_KEY and CLERK_PUBLISHABLE_KEY, or no CLERK_ variable at all to use the embedded Clerk"
	secret, publishable := variables["CLERK_SECRET_KEY"] != "", variables["CLERK_PUBLISHABLE_KEY"] != ""
	stray := strayVariable(variables)
	switch {
	case secret && publishable:
		return nil
	case secret:
		return errors.New("CLERK_PUBLISHABLE_KEY is missing: " + way)
	case publishable:
		return errors.New("CLERK_SECRET_KEY is missing: " + way)
	case stray != "":
		return fmt.Errorf("%s is set, but no Clerk keys: %s", stray, way)
	case variables["GIN_MODE"] == "release":
		return errors.New("GIN_MODE is release, where the embedded Clerk does not start: set CLERK_SECRET_KEY and CLERK_PUBLISHABLE_KEY")
	default:
		s.embedded = true
		return nil
	}
}

func strayVariable(variables map[string]string) string {
	var names []string
	for name := range variables {
		if strings.HasPrefix(name, "CLERK_") {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return slices.Min(names)
}

// address returns the address that the demo listens on: only loopback while it uses the embedded Clerk.
func (s settings) address() string {
	host := ""
	if s.embedded && !s.everywhere {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, strconv.Itoa(s.port))
}

// keptIn says where the demo keeps forms that wait, jobs, notes and ended sessions.
func (s settings) keptIn() string {
	if s.redisURL == "" {
		return "the memory of this process; set REDIS_URL to share it between several"
	}
	return "Redis, shared by all replicas"
}

// ownOrigins returns the addresses that browsers use for the demo.
func (s settings) ownOrigins(port int) []string {
	if len(s.origins) > 0 {
		return s.origins
	}
	return []string{
		"http://" + net.JoinHostPort("localhost", strconv.Itoa(port)),
		"http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(port)),
	}
}
