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

// The time that a browser has when the demo ends. net/http waits for all requests under way, without a limit for browsers that
// send or read slowly.
const (
	arriveTime = 3 * time.Second // for the rest of a request that has begun to arrive
	takeTime   = 5 * time.Second // for its answer
)

// connections are those of a server. When it ends, requests that are here in full are answered, and the others are waited for a
// short time only.
type connections struct {
	mu     sync.Mutex
	open   map[net.Conn]arrival
	ending bool
}

// arrival is how much of a connection's request is here.
type arrival int

const (
	arrivesLater arrival = iota // not all of the headers
	arrives                     // the headers
	arrivesSoon                 // the headers, and the body has the last of its time
	arrived                     // all of it
)

// attach makes the server keep account of its connections.
func (k *connections) attach(server *http.Server) {
	k.open = map[net.Conn]arrival{}
	server.Handler = k.handler(server.Handler)
	server.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		return context.WithValue(ctx, connectionKey{}, conn)
	}
	server.ConnState = k.changed
	server.RegisterOnShutdown(k.end)
}

// connectionKey is where a request's context has its connection.
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

// handler tells when a request is here in full.
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

// end closes the connections on which no request has arrived, as net/http does with those that had one before. It limits the
// time of the others. The errors of connections that are closed meanwhile are nothing to be told.
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

// willRead gives a body its last time when the server ends. The body of a handler that was busy has arrived by now, and a
// deadline in the past would keep the handler from reading it.
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
		_ = conn.SetReadDeadline(time.Time{}) // end may have set one meanwhile, and its end counts as the browser's going away
	}
}

// body is a request's body on its way.
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
