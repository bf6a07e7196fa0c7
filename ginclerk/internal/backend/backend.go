// Package backend asks Clerk's Backend API what package authn wants to know about a request, within what outsiders may spend.
package backend

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkwait"
	"github.com/ginclerk/ginclerk/ginclerk/internal/flight"
	"github.com/ginclerk/ginclerk/ginclerk/internal/peer"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Backend is an [authn.Backend] and an [authn.MachineVerifier]. Make one with [New]; it is safe for concurrent use.
type Backend struct {
	api       *clerkapi.Client
	machineID string                 // as configured; empty: Clerk knows
	asked     atomic.Pointer[string] // the id of the machine that Clerk has told; nil before
	questions flight.Group
	outsiders *share
	sessions  *share
	observer  observe.Observer

	refusedNonces, refusedRefreshes, refusedMachines, goodMachines *memory
}

// New returns the backend of a type of instance, and of the machine that the application is; its id may be empty. The error is that of a
// memory that can't be made.
func New(api *clerkapi.Client, of instance.Type, machineID string, now func() time.Time, observer observe.Observer) (*Backend, error) {
	b := &Backend{api: api, machineID: machineID, outsiders: outsidersShare(of, now), sessions: sessionsShare(of, now), observer: observer}
	var problems []error
	for _, m := range []struct {
		memory **memory
		life   time.Duration
	}{
		{&b.refusedNonces, nonceRefusalLife},
		{&b.refusedRefreshes, tokenRefusalLife},
		{&b.refusedMachines, tokenRefusalLife},
		{&b.goodMachines, goodTokenLife},
	} {
		made, err := newMemory(m.life, now)
		*m.memory = made
		problems = append(problems, err)
	}
	return b, errors.Join(problems...)
}

// RefreshSession implements [authn.Backend]. A browser that opens several pages at once with an expired token is renewed
// once: all of its requests get the same cookies, so that none of them spends what another needs. Whose session it is, its
// expired token has proved; the refresh token may be made up.
func (b *Backend) RefreshSession(ctx context.Context, sessionID string, r authn.Refresh) ([]string, error) {
	d := digestOf("refresh", sessionID, r.RefreshToken, r.ExpiredToken, strconv.FormatBool(r.SuffixedCookies))
	if before, found := b.refusedRefreshes.find(d); found {
		return nil, fmt.Errorf("%w: %w", authn.ErrNotAsked, before.err)
	}
	setCookie, err := once(ctx, b, d, func(ctx context.Context) ([]string, error) {
		period, ok := b.sessions.take(sessionID)
		if !ok {
			b.notAsked(ctx, "refresh session", observe.RefreshesLimit)
			return nil, errRefusedOften
		}
		setCookie, err := b.api.RefreshSession(ctx, sessionID, clerkapi.RefreshParams{
			ExpiredToken:    r.ExpiredToken,
			RefreshToken:    r.RefreshToken,
			RequestOrigin:   r.RequestOrigin,
			RequestHeaders:  r.RequestHeaders,
			SuffixedCookies: r.SuffixedCookies,
		})
		if err = markUnreachable(markDown(ctx, err)); refusedByClerk(err) {
			b.refusedRefreshes.keep(d, err)
		} else {
			b.sessions.giveBack(sessionID, period) // an outage is no sign of anything made up
		}
		return setCookie, err
	})
	return slices.Clone(setCookie), err
}

// HandshakePayload implements [authn.Backend].
func (b *Backend) HandshakePayload(ctx context.Context, nonce string) ([]string, error) {
	d := digestOf("nonce", nonce)
	if before, found := b.refusedNonces.find(d); found {
		return nil, before.err
	}
	address := peer.Key(authn.ClientIP(ctx))
	setCookie, err := once(ctx, b, d, func(ctx context.Context) ([]string, error) {
		period, ok := b.outsiders.take(address)
		if !ok {
			b.notAsked(ctx, "get handshake payload", observe.OutsidersLimit)
			return nil, errOutsiders
		}
		setCookie, err := b.api.HandshakePayload(ctx, nonce)
		switch err = markUnreachable(err); {
		case err == nil:
			b.outsiders.giveBack(address, period)
		case refusedByClerk(err):
			b.refusedNonces.keep(d, err)
		}
		return setCookie, err
	})
	return slices.Clone(setCookie), err
}

// VerifyMachineToken implements [authn.MachineVerifier]. Clerk is asked for every request, so that a token that was revoked is
// refused at once; one that was good a moment ago is asked for whatever outsiders do.
func (b *Backend) VerifyMachineToken(ctx context.Context, kind authn.TokenType, raw string) (*authn.MachineToken, error) {
	d := digestOf("machine", string(kind), raw)
	if before, found := b.refusedMachines.find(d); found {
		return nil, before.err
	}
	address := peer.Key(authn.ClientIP(ctx))
	machine, err := once(ctx, b, d, func(ctx context.Context) (*authn.MachineToken, error) {
		_, trusted := b.goodMachines.find(d)
		var period time.Time
		if !trusted {
			var ok bool
			if period, ok = b.outsiders.take(address); !ok {
				b.notAsked(ctx, "machine token", observe.OutsidersLimit)
				return nil, errOutsiders
			}
		}
		machine, err := b.api.VerifyMachineToken(ctx, kind, raw)
		if err == nil && kind == authn.M2MToken && b.machineID != "" && !machine.HasScope(b.machineID) {
			machine, err = nil, errOtherMachine
		}
		switch err = markUnreachable(err); {
		case err == nil:
			b.goodMachines.keep(d, nil)
			if !trusted {
				b.outsiders.giveBack(address, period)
			}
		case refusedByClerk(err):
			b.refusedMachines.keep(d, err)
		}
		return machine, err
	})
	if machine == nil {
		return nil, err
	}
	own := *machine // others may have got the same answer
	if own.Actor != nil {
		actor := *own.Actor
		own.Actor = &actor
	}
	own.Scopes, own.Audiences, own.Claims = slices.Clone(own.Scopes), slices.Clone(own.Audiences), maps.Clone(own.Claims)
	return &own, err
}

// MachineID returns the id of the machine that the application is: the configured one, else the one that Clerk says the machine's secret
// key is of. Clerk is asked until it has answered once.
func (b *Backend) MachineID(ctx context.Context) (string, error) {
	if b.machineID != "" {
		return b.machineID, nil
	}
	if known := b.asked.Load(); known != nil {
		return *known, nil
	}
	id, err := once(ctx, b, digestOf("machine id"), b.api.MachineID)
	if err != nil {
		return "", err
	}
	b.asked.Store(&id)
	return id, nil
}

// errOtherMachine is the cause of refusing an M2M token that is meant for other machines.
var errOtherMachine error = &token.Error{Reason: token.ReasonInvalid, Err: errors.New("ginclerk: the scopes of the M2M token do not name this machine")}

// notAsked tells that Clerk is not asked.
func (b *Backend) notAsked(ctx context.Context, what, because string) {
	b.observer.Observe(ctx, observe.Event{Kind: observe.ClerkNotAsked, Target: what, Reason: because})
}

// once asks a question once for all callers that ask it at the same time.
func once[T any](ctx context.Context, b *Backend, d digest, ask func(context.Context) (T, error)) (T, error) {
	answer, err := flight.Do(ctx, &b.questions, string(d[:]), ask)
	if errors.Is(err, clerkwait.ErrSpent) {
		err = fmt.Errorf("%w: %w: %w", authn.ErrUnreachable, authn.ErrNoAnswer, err)
	}
	return answer, markUnreachable(err)
}

// refusedByClerk reports whether an error is Clerk's own answer to the question.
func refusedByClerk(err error) bool { return err != nil && !errors.Is(err, authn.ErrUnreachable) }

// markDown tells authn which errors mean that Clerk gave no answer. The context is that of the question alone, which no browser can end: when its
// time is over, Clerk has had it.
func markDown(ctx context.Context, err error) error {
	timedOut := errors.Is(err, context.DeadlineExceeded) && ctx.Err() != nil
	if clerkapi.Down(err) || timedOut {
		return fmt.Errorf("%w: %w: %w", authn.ErrUnreachable, authn.ErrNoAnswer, err)
	}
	return err
}

// markUnreachable tells authn which errors mean that Clerk could not be asked. A refused secret key is one: it says
// nothing about the browser.
func markUnreachable(err error) error {
	if errors.Is(err, authn.ErrUnreachable) {
		return err
	}
	if errors.Is(err, clerkapi.ErrUnavailable) || errors.Is(err, clerkapi.ErrUnauthorized) ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return fmt.Errorf("%w: %w", authn.ErrUnreachable, err)
	}
	return err
}
