package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

const (
	checkTimeout = 5 * time.Second
	// When the demo ends, it first waits for requests and then closes its parts. Together that takes less than the ten seconds
	// after which Docker kills a program.
	shutdownTimeout = 7 * time.Second
	closeTimeout    = 2 * time.Second
)

// serve serves the demo until ctx ends. It takes the port first, because the application must know its own address.
func serve(ctx context.Context, s settings, stdout, stderr io.Writer) error {
	listener, err := listen(ctx, s)
	if err != nil {
		return err
	}
	origins := s.ownOrigins(portOf(listener))
	backend, err := startBackend(s, portOf(listener)) //nolint:contextcheck // the embedded Clerk is closed, not cancelled
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer backend.close()
	built, err := build(ctx, s, backend, origins, slog.New(slog.NewTextHandler(stderr, nil)))
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if s.routes {
		return errors.Join(printRoutes(stdout, built), built.close(ctx), listener.Close())
	}
	if err := announce(stdout, origins[0], s, backend); err != nil {
		return errors.Join(err, listener.Close())
	}
	return serveUntil(ctx, listener, built)
}

func listen(ctx context.Context, s settings) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.address())
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("port %d is taken: set PORT to another one, or to 0 for any that is free", s.port)
	}
	if err != nil {
		return nil, fmt.Errorf("can't listen on %s: %w", s.address(), err)
	}
	return listener, nil
}

func portOf(listener net.Listener) int {
	if address, ok := listener.Addr().(*net.TCPAddr); ok {
		return address.Port
	}
	return 0
}

// application is the demo, ready to serve.
type application struct {
	handler *gin.Engine
	// front serves the application below a path for each account of a browser, too.
	front http.Handler
	store storage.Store
	// endStreams ends the streams of events, which have no end. Other requests continue.
	endStreams func()
	// close is called after the last request.
	close func(context.Context) error
}

// build makes the application and checks with Clerk that its keys belong together.
func build(ctx context.Context, s settings, b *backend, origins []string, logger *slog.Logger) (*application, error) {
	common, err := openShared(s, b.config.Now, logger) //nolint:contextcheck // revocations end when they are closed
	if err != nil {
		return nil, err
	}
	built, err := buildOn(ctx, s, b, origins, common, logger)
	if err != nil {
		return nil, errors.Join(err, common.close(ctx))
	}
	return built, nil
}

func buildOn(ctx context.Context, s settings, b *backend, origins []string, common *shared, logger *slog.Logger) (*application, error) {
	config := b.config
	config.Origins, config.Logger = origins, logger
	config.Stores.Records, config.Stores.Revocations, config.Stores.RateLimits = common.store, common.revocations, common.limits
	kept, err := recordDecisions(&config, logger)
	if err != nil {
		return nil, err
	}
	clerk, err := ginclerk.New(config)
	if err != nil {
		return nil, err
	}
	if err := check(ctx, clerk, logger); err != nil {
		return nil, err
	}
	if !s.debug {
		gin.SetMode(gin.ReleaseMode)
	}
	closing, endStreams := context.WithCancel(context.WithoutCancel(ctx))
	handler, err := newApp(closing.Done(), clerk, b, lookOf(s.brand), common.store, kept, logger) //nolint:contextcheck // handlers take each request's own context
	if err != nil {
		endStreams()
		return nil, err
	}
	return &application{
		handler: handler, front: clerk.AccountPaths(handler), store: common.store, endStreams: endStreams,
		close: func(ctx context.Context) error {
			endStreams()
			return errors.Join(clerk.Close(ctx), common.close(ctx))
		},
	}, nil
}

// check fails if the keys are wrong. If Clerk can't be reached, the demo starts anyway.
func check(ctx context.Context, clerk *ginclerk.Clerk, logger *slog.Logger) error {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	err := clerk.Check(ctx)
	if errors.Is(err, ginclerk.ErrClerkUnreachable) {
		logger.WarnContext(ctx, "the keys could not be checked", "error", err.Error())
		return nil
	}
	return err
}

// newServer limits how long a browser may take. After a form that took all of its time, at least half a minute is left for the
// answer. Streams have other limits, see [endStreamsWith] and package eventstream.
func newServer(built *application) *http.Server {
	server := &http.Server{
		Handler: built.front, MaxHeaderBytes: 64 << 10,
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
	}
	server.RegisterOnShutdown(built.endStreams)
	new(connections).attach(server)
	return server
}

// serveUntil serves until ctx ends, and then lets the requests in progress finish. A request that a browser has half sent is
// not a failure.
func serveUntil(ctx context.Context, listener net.Listener, built *application) error {
	server := newServer(built)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	var err error
	select {
	case err = <-failed:
		err = fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	ending := context.WithoutCancel(ctx)
	return errors.Join(err, within(ending, shutdownTimeout, server.Shutdown), server.Close(), within(ending, closeTimeout, built.close))
}

func within(ctx context.Context, limit time.Duration, end func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return end(ctx)
}

// announce prints the address, the accounts of the embedded Clerk, and the settings.
func announce(w io.Writer, address string, s settings, b *backend) error {
	var text strings.Builder
	if b.users == nil {
		fmt.Fprintf(&text, "ginclerk demo with Clerk: %s\n", address)
		if b.webhookSecret == "" {
			fmt.Fprint(&text, "  Webhooks  not taken: set CLERK_WEBHOOK_SIGNING_SECRET\n")
		}
		fmt.Fprintf(&text, "  Kept in   %s\n", s.keptIn())
	} else {
		fmt.Fprint(&text, "\nginclerk demo on the embedded Clerk: no Clerk account, no network, new passwords at each start\n\n")
		fmt.Fprintf(&text, "  Open      %s\n\n  Sign in as\n", address)
		for _, user := range b.users {
			fmt.Fprintf(&text, "    %-24s password %-27s %s\n", user.email, user.password, user.note)
		}
		fmt.Fprintf(&text, "\n  Kept in   %s\n\n  Stop with Ctrl-C.\n\n", s.keptIn())
	}
	_, err := io.WriteString(w, text.String())
	return err
}
