package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
)

const controlTimeout = 15 * time.Second

// serveControl listens only on loopback. No flag opens the controls to other machines.
func serveControl(ctx context.Context, addr string, handler http.Handler) (stop func(context.Context) error, err error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("flag -control: %q is not host:port", addr)
	}
	if !origin.Loopback(host) {
		return nil, fmt.Errorf("flag -control: %q is not on loopback", addr)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("flag -control: %w", err)
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: controlTimeout, ReadTimeout: controlTimeout, WriteTimeout: controlTimeout,
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	return func(ctx context.Context) error {
		if server.Shutdown(ctx) != nil { // closes the connections whose requests have not arrived by now
			if err := server.Close(); err != nil {
				return fmt.Errorf("close controls: %w", err)
			}
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve controls: %w", err)
		}
		return nil
	}, nil
}
