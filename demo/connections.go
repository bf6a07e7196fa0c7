package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// Time limits for browsers when the demo ends. net/http waits for all requests in progress, and has no limit for browsers that
// send or read slowly.
const (
	arriveTime = 3 * time.Second // for the rest of a request that has begun to arrive
	takeTime   = 5 * time.Second // for its answer
)

// connections are the connections of a server. When the server ends, it answers requests that have arrived completely, and
// waits a short time for the others.
type connections struct {
	mu     sync.Mutex
	open   map[net.Conn]arrival
	ending bool
}

// arrival says how much of a connection's request has arrived.
type arrival int

const (
	arrivesLater arrival = iota // not all of the headers
	arrives                     // the headers
	arrivesSoon                 // the headers; the time for the body is running out
	arrived                     // all of it
)

// attach makes the server record its connections.
func (k *connections) attach(server *http.Server) {
	k.open = map[net.Conn]arrival{}
	server.Handler = k.handler(server.Handler)
	server.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		return context.WithValue(ctx, connectionKey{}, conn)
	}
	server.ConnState = k.changed
	server.RegisterOnShutdown(k.end)
}

// connectionKey is the context key for a request's connection.
type connectionKey struct{}

func (k *connections) changed(conn net.Conn, state http.ConnState) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch state {
	case http.StateNew, http.StateIdle:
		k.open[conn] = arrivesLater
	case http.StateActive:
		k.open[conn] = arrives
	default:
		delete(k.open, conn)
	}
}

// handler records when a request has arrived completely.
func (k *connections) handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, known := r.Context().Value(connectionKey{}).(net.Conn)
		switch {
		case !known:
		case r.Body == http.NoBody:
			k.hasArrived(conn)
		default:
			r = r.WithContext(r.Context()) // a copy: the server looks at its own request's body
			r.Body = &body{ReadCloser: r.Body, conn: conn, connections: k}
		}
		next.ServeHTTP(w, r)
	})
}

// end closes the connections that are idle or on which no request has arrived, as net/http does with idle ones. It limits the
// time of the others. Errors of connections that close meanwhile do not matter.
func (k *connections) end() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.ending = true
	now := wallClock()
	for conn, how := range k.open {
		if how == arrivesLater {
			_ = conn.Close()
			continue
		}
		if how == arrives {
			_ = conn.SetReadDeadline(now.Add(arriveTime))
		}
		_ = conn.SetWriteDeadline(now.Add(takeTime))
	}
}

// willRead limits the time for the rest of a body when the server ends. If the handler was busy, the body has arrived by now,
// and a deadline in the past would stop the handler from reading it.
func (k *connections) willRead(conn net.Conn) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ending && k.open[conn] == arrives {
		k.open[conn] = arrivesSoon
		_ = conn.SetReadDeadline(wallClock().Add(arriveTime))
	}
}

func (k *connections) hasArrived(conn net.Conn) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.open[conn] = arrived
	if k.ending {
		_ = conn.SetReadDeadline(time.Time{}) // end may have set a deadline, and a deadline that passes would look like the browser leaving
	}
}

// body is a request's body that is still arriving.
type body struct {
	io.ReadCloser

	conn        net.Conn
	connections *connections
}

func (b *body) Read(p []byte) (int, error) {
	b.connections.willRead(b.conn)
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		b.connections.hasArrived(b.conn)
	}
	return n, err
}
