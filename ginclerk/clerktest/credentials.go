package clerktest

import (
	"errors"
	"fmt"
	"net/http"
	"net/mail"
	"sync"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// visitors are the browsers of the users that [Server.Bearer] and [Server.CookieHeader] sign in, by e-mail address.
type visitors struct {
	mu       sync.Mutex
	browsers map[string]*Browser
}

// Bearer returns the value of an Authorization header: "Bearer ", and a session token of the user with the e-mail address. The token
// lives as long as [Config.TokenLifetime] says and is for the first of [Server.Origins] (azp).
//
// Each user has one browser for Bearer and [Server.CookieHeader], in which they are signed in where they are not yet, in their
// [User].ActiveOrganization. A user who does not exist is created, with the address and nothing else. [Server.MintToken] makes the
// tokens of other sessions, and tokens with faults. Errors say that the text is no e-mail address.
func (s *Server) Bearer(email string) (string, error) {
	token, _, err := s.tokenOf(email, TokenOptions{})
	if err != nil {
		return "", fmt.Errorf("clerktest: bearer: %w", err)
	}
	return "Bearer " + token, nil
}

// CookieHeader returns the value of a Cookie header: what a browser in which the user with the e-mail address is signed in would send to
// the first of [Server.Origins]. Users, browsers and errors are those of [Server.Bearer]. [Browser.Cookies] returns the cookies of a
// browser that the test has to itself.
func (s *Server) CookieHeader(email string) (string, error) {
	browser, _, err := s.visitor(email)
	if err != nil {
		return "", fmt.Errorf("clerktest: cookie header: %w", err)
	}
	cookies, err := browser.Cookies(s.Origins()[0])
	if err != nil {
		return "", fmt.Errorf("clerktest: cookie header: %w", err)
	}
	r := http.Request{Header: http.Header{}}
	for _, cookie := range cookies {
		r.AddCookie(cookie)
	}
	return r.Header.Get("Cookie"), nil
}

// tokenOf returns a token of the session in the user's browser.
func (s *Server) tokenOf(email string, o TokenOptions) (token string, of Session, err error) {
	_, of, err = s.visitor(email)
	if err != nil {
		return "", Session{}, err
	}
	token, err = s.MintToken(of.ID, o)
	return token, of, err
}

// visitor returns the user's browser, in which they are signed in.
func (s *Server) visitor(email string) (*Browser, Session, error) {
	key := world.NormalizeEmail(email)
	s.visitors.mu.Lock()
	defer s.visitors.mu.Unlock()
	browser := s.visitors.browsers[key]
	if browser == nil {
		browser = s.NewBrowser()
	}
	signedIn, err := browser.SignIn(email)
	if errors.Is(err, ErrNotFound) {
		if err = s.addByAddress(key); err == nil {
			signedIn, err = browser.SignIn(email)
		}
	}
	if err != nil {
		return nil, Session{}, err
	}
	if s.visitors.browsers == nil {
		s.visitors.browsers = map[string]*Browser{}
	}
	s.visitors.browsers[key] = browser
	return browser, signedIn, nil
}

// addByAddress creates a user who has nothing but an address.
func (s *Server) addByAddress(email string) error {
	if at, err := mail.ParseAddress(email); err != nil || at.Address != email {
		return fmt.Errorf("%q is no e-mail address: name the user by one, such as ada@example.com", email)
	}
	_, err := s.AddUser(User{Email: email})
	return err
}
