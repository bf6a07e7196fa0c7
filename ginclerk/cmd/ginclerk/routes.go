package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/routes"
)

// exitNoMap is the exit status of the command routes where the application has no map to give.
const exitNoMap = 2

// mapTimeout is how long an application may take to answer, and maxMap how long its map may be, in bytes.
const (
	mapTimeout = 10 * time.Second
	maxMap     = 8 << 20
)

const routesHelp = `Usage: ginclerk routes -url http://localhost:8080

Prints what guards each route of an application that runs on this machine. No program can load the routes of another one: the
application has to tell. It does so if it has mounted the map,

  site.MountRoutes(engine)

which takes effect for a development instance of Clerk alone. An application without pages prints its map itself:

  m, err := routes.Of(engine)
  fmt.Print(m)

A test holds the map against a file: gintest.AssertRoutes(t, engine, "testdata/routes.txt").

Exit status: 0 the map was printed, 2 there is none, 3 the command line can't be read. (go run itself exits with 1 for all of these.)

`

// runRoutes asks an application for its map and prints it.
func runRoutes(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	address, err := parseRoutes(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return exitUsage
	}
	ctx, cancel := context.WithTimeout(ctx, mapTimeout)
	defer cancel()
	text, err := fetchMap(ctx, address)
	if err == nil {
		_, err = io.WriteString(stdout, text)
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "ginclerk routes:", err)
		return exitNoMap
	}
	return 0
}

// parseRoutes reads the flags, and returns the address of the map. When it returns an error, it has already printed the reason.
func parseRoutes(args []string, stderr io.Writer) (*url.URL, error) {
	flags := flag.NewFlagSet("ginclerk routes", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		_, _ = fmt.Fprint(stderr, routesHelp) // an error means that the reader has gone
		flags.PrintDefaults()
	}
	raw := flags.String("url", "", "the `address` of the application, or of its map where that is below another path than "+routes.PagePath)
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	address, err := url.Parse(*raw)
	switch {
	case flags.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case *raw == "":
		err = errors.New("-url is missing: the address of the application, such as http://localhost:8080")
	case err != nil || (address.Scheme != "http" && address.Scheme != "https") || address.Host == "" || address.User != nil:
		err = errors.New("-url must be an address such as http://localhost:8080")
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "ginclerk routes:", err)
		return nil, err
	}
	if strings.Trim(address.Path, "/") == "" {
		address.Path = routes.PagePath
	}
	return address, nil
}

// fetchMap asks an application for its map. It goes through no proxy and follows no redirect: the application is on this machine.
func fetchMap(ctx context.Context, address *url.URL) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), http.NoBody) //nolint:gosec // the user of the program says where
	if err != nil {
		return "", err
	}
	request.Header.Set("Accept", "text/plain")
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request) //nolint:gosec // the user of the program says where
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxMap+1))
	switch {
	case err != nil:
		return "", err
	case response.StatusCode != http.StatusOK, !strings.HasPrefix(response.Header.Get("Content-Type"), "text/plain"), !strings.HasPrefix(string(body), "METHODS "):
		return "", fmt.Errorf("%s has no map (status %d): has the application mounted it (pages.Site.MountRoutes), is its Clerk instance one of development, and is it on this machine, with no proxy between?", address, response.StatusCode)
	case len(body) > maxMap:
		return "", fmt.Errorf("the map of %s is longer than %d MB", address, maxMap>>20)
	default:
		return string(body), nil
	}
}
