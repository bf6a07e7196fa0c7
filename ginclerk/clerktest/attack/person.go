package attack

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// person is a user in a browser of their own.
type person struct {
	email   string
	browser *clerktest.Browser
	session clerktest.Session
	server  *clerktest.Server
	origin  string
	know    func(what, secret string)
}

// person signs a user in, in a new browser.
func (r *run) person(email string) (*person, error) {
	p := &person{
		email: email, browser: r.server.NewBrowser(), server: r.server, origin: r.server.Origins()[0],
		know: func(what, secret string) { r.secrets[what+" of "+email] = secret },
	}
	var err error
	p.session, err = p.browser.SignIn(email)
	return p, err
}

// newcomer is a user without any organization, whom no limit has counted yet. One who can't be made ends the test.
func (r *run) newcomer(change ...func(*clerktest.User)) *person {
	r.tb.Helper()
	for {
		r.made++
		user := clerktest.User{Email: fmt.Sprintf("newcomer-%d@attack.example", r.made), CodeOnly: true}
		for _, c := range change {
			c(&user)
		}
		if _, err := r.server.UserByEmail(user.Email); err == nil {
			continue // of an earlier run
		}
		if _, err := r.server.AddUser(user); err != nil {
			r.tb.Fatalf("attack: %v", err)
		}
		p, err := r.person(user.Email)
		if err != nil {
			r.tb.Fatalf("attack: %v", err)
		}
		return p
	}
}

// insider is somebody who may use a route: a newcomer, or the victim where a session is not enough.
func (r *run) insider(t *target) *person {
	r.tb.Helper()
	if t.Asks {
		return r.victim
	}
	return r.newcomer()
}

// names are what an answer says of somebody alone.
func (p *person) names() []string { return []string{p.session.UserID, p.session.ID} }

// cookies are those of the browser, with a fresh token.
func (p *person) cookies() []*http.Cookie {
	list, err := p.browser.Cookies(p.origin)
	if err != nil {
		return nil
	}
	for _, c := range list {
		if c.Name == "__session" || c.Name == "__refresh" || c.Name == "__client" {
			p.know("the cookie "+c.Name, c.Value)
		}
	}
	return list
}

func (p *person) cookie() string { return joined(p.cookies()) }

func joined(cookies []*http.Cookie) string {
	pairs := make([]string, 0, len(cookies))
	for _, c := range cookies {
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	return strings.Join(pairs, "; ")
}

// token is a session token, with faults.
func (p *person) token(o clerktest.TokenOptions) (string, error) {
	if o.Lifetime == 0 {
		o.Lifetime = tokenLife
	}
	return p.server.MintToken(p.session.ID, o)
}

// bearer is a good token.
func (p *person) bearer() string {
	token, err := p.token(clerktest.TokenOptions{})
	if err != nil {
		return ""
	}
	p.know("a session token", token)
	return token
}
