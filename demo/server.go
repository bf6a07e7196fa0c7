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
)

const (
	checkTimeout    = 5 * time.Second
	shutdownTimeout = 10 * time.Second
)

// serve serves the demo until ctx ends. It takes the port first: the application has to know its own address.
func serve(ctx context.Context, s settings, stdout, stderr io.Writer) error {
	listener, err := listen(ctx, s)
	if err != nil {
		return err
	}
	origins := s.ownOrigins(portOf(listener))
	backend, err := startBackend(s, origins) //nolint:contextcheck // the embedded Clerk is closed, not cancelled
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer backend.close()
	handler, clerk, err := build(ctx, s, backend, origins, stderr)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := announce(stdout, origins[0], backend); err != nil {
		return errors.Join(err, listener.Close())
	}
	return serveUntil(ctx, listener, handler, clerk)
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

// build makes the application and checks with Clerk that its keys belong together.
func build(ctx context.Context, s settings, b *backend, origins []string, stderr io.Writer) (http.Handler, *ginclerk.Clerk, error) {
	logger := slog.New(slog.NewTextHandler(stderr, nil))
	config := b.config
	config.Origins, config.Logger = origins, logger
	clerk, err := ginclerk.New(config)
	if err != nil {
		return nil, nil, err
	}
	if err := check(ctx, clerk, logger); err != nil {
		return nil, nil, err
	}
	if !s.debug {
		gin.SetMode(gin.ReleaseMode)
	}
	handler, err := newApp(clerk, b) //nolint:contextcheck // handlers take each request's own context
	return handler, clerk, err
}

// check fails if the keys are wrong. That Clerk can't be reached is no reason not to start.
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

// serveUntil serves until ctx ends, then lets the requests under way finish.
func serveUntil(ctx context.Context, listener net.Listener, handler http.Handler, clerk *ginclerk.Clerk) error {
	server := &http.Server{
		Handler: handler, MaxHeaderBytes: 64 << 10,
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	return errors.Join(server.Shutdown(closing), clerk.Close(closing))
}

// announce says where to click and whom to sign in as.
func announce(w io.Writer, address string, b *backend) error {
	var text strings.Builder
	if b.users == nil {
		fmt.Fprintf(&text, "ginclerk demo with Clerk: %s\n", address)
	} else {
		fmt.Fprint(&text, "\nginclerk demo on the embedded Clerk: no Clerk account, no network, new passwords at each start\n\n")
		fmt.Fprintf(&text, "  Open      %s\n\n  Sign in as\n", address)
		for _, user := range b.users {
			fmt.Fprintf(&text, "    %-24s password %-24s %s\n", user.email, user.password, user.note)
		}
		fmt.Fprint(&text, "\n  Stop with Ctrl-C.\n\n")
	}
	_, err := io.WriteString(w, text.String())
	return err
}
