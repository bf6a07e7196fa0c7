// Program load puts load on servers over HTTP on loopback with wrk, and prints what each of them did, as a table in Markdown. It
// starts an embedded Clerk, and each server as a process: Gin alone, Gin with ginclerk, Gin with clerk-sdk-go, and, where a folder with
// them is given, Express alone and with Clerk's own middleware. It reads the servers' CPU time and memory from /proc, so it needs Linux.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

const (
	origin = "https://app.example.com"
	host   = "app.example.com"
	user   = "ada@example.com"
)

// options are what the command line says.
type options struct {
	server      string // the program bench/cmd/server
	express     string // the folder of the Express application, with node_modules; "" leaves it out
	rounds      int
	duration    time.Duration
	connections int
	tokens      int
}

func main() {
	var o options
	flag.StringVar(&o.server, "server", "", "the `program` bench/cmd/server")
	flag.StringVar(&o.express, "express", "", "the `folder` of the Express application; empty leaves it out")
	flag.IntVar(&o.rounds, "rounds", 10, "how often each server is measured")
	flag.DurationVar(&o.duration, "duration", 3*time.Second, "how long one measurement takes, in whole seconds")
	flag.IntVar(&o.connections, "connections", 32, "how many connections send requests, each when the answer before has come")
	flag.IntVar(&o.tokens, "tokens", 64, "how many session tokens the requests carry in turn")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (err error) {
	if o.rounds < 1 || o.duration < time.Second || o.connections < 1 || o.tokens < 1 || o.server == "" {
		return errors.New("a server, and positive rounds, connections, tokens and seconds are needed")
	}
	folder, err := os.MkdirTemp("", "bench-load-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	embedded, err := clerktest.Start(clerktest.Config{Type: instance.Production, TokenLifetime: time.Hour, Origins: []string{origin}}) //nolint:contextcheck // it runs until Close
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, embedded.Close(context.WithoutCancel(ctx))) }()
	w, err := newWork(folder, embedded, o)
	if err != nil {
		return err
	}
	servers, err := startAll(ctx, embedded, o)
	defer func() {
		for _, s := range servers {
			s.stop()
		}
	}()
	if err != nil {
		return err
	}
	for _, s := range servers {
		if err := w.check(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		if _, err := w.measure(ctx, s, o.duration); err != nil { // warm: caches, and the compiler of JavaScript
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	for round := range o.rounds { // in turn, so that what else the machine does falls on all of them
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round+1, o.rounds)
		for _, s := range servers {
			sample, err := w.measure(ctx, s, o.duration)
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			s.samples = append(s.samples, sample)
		}
	}
	_, err = os.Stdout.WriteString(markdown(servers))
	return err
}
