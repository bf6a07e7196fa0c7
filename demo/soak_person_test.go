package main

import (
	"bufio"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// soakPerson is a user with one browser, and sometimes other devices. A person does one thing at a time.
type soakPerson struct {
	*soak
	email, userID string

	mu       sync.Mutex
	jar      cookies
	agent    *clerktest.Browser
	session  string   // of the browser
	signedIn bool     // in the browser
	devices  []string // other sessions that are alive
	ended    []string // tokens of sessions that have ended
	notes    int      // that were kept
	count    int      // of forms that were sent

	unsure      bool // a fault left open which sessions are alive
	unsureNotes int  // notes of which a fault left open whether they were kept
}

// answered is what the browser shows in the end.
type answered struct {
	status int
	path   string
	body   string
	err    error
}

// cannotTell reports whether the answer is one that a fault may cause.
func (a answered) cannotTell() bool {
	return a.err != nil || a.status == http.StatusServiceUnavailable || a.status == http.StatusBadGateway
}

func (a answered) String() string {
	if a.err != nil {
		return a.err.Error()
	}
	return fmt.Sprintf("%d at %s", a.status, a.path)
}

func done(kind string) outcome    { return outcome{kind: kind} }
func skipped(kind string) outcome { return outcome{kind: kind, skipped: true} }

func (a answered) wrong(kind, want string) outcome {
	return outcome{kind: kind, problem: fmt.Sprintf("%v, want %s", a, want), fault: a.cannotTell()}
}

// browse asks as a browser without JavaScript does, and follows redirects.
func (p *soakPerson) browse(method, path string, form url.Values) answered {
	request, err := http.NewRequest(method, p.origin+path, strings.NewReader(form.Encode()))
	if err != nil {
		return answered{err: err}
	}
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Sec-Fetch-Dest", "document")
	request.Header.Set("Sec-Fetch-Mode", "navigate")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	if method == http.MethodPost {
		request.Header.Set("Origin", p.origin)
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := p.client().Do(request)
	if err != nil {
		return answered{err: withoutAddress(err)}
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	body, err := io.ReadAll(response.Body)
	if elsewhere, err := response.Location(); err == nil {
		return answered{response.StatusCode, elsewhere.Host + elsewhere.Path, "", nil}
	}
	return answered{response.StatusCode, response.Request.URL.Path, html.UnescapeString(string(body)), err}
}

// withoutAddress takes the address out of an error, which may have a secret in it.
func withoutAddress(err error) error {
	if inner := (*url.Error)(nil); errors.As(err, &inner) {
		return inner.Err
	}
	return err
}

func (p *soakPerson) client() *http.Client {
	return &http.Client{Transport: p.transport, Jar: p.jar, Timeout: 40 * time.Second, CheckRedirect: func(next *http.Request, via []*http.Request) error {
		switch {
		case next.URL.Host != via[0].URL.Host:
			return http.ErrUseLastResponse // to Clerk's own pages
		case len(via) > 8:
			return errors.New("a circle of redirects")
		default:
			return nil
		}
	}}
}

// signsIn signs the person in with Clerk, in a new browser, and opens no page.
func (p *soakPerson) signsIn() outcome {
	const kind = "sign-in"
	if p.signedIn {
		return skipped(kind)
	}
	p.agent, p.jar = p.clerk.NewBrowser(), cookies{}
	session, err := p.agent.SignIn(p.email)
	if err != nil {
		return outcome{kind: kind, problem: err.Error(), fault: true} // Clerk is away
	}
	p.signedIn, p.session = true, session.ID
	if err := p.takeCookies(); err != nil {
		return outcome{kind: kind, problem: err.Error(), fault: true}
	}
	return done(kind)
}

func (p *soakPerson) takeCookies() error {
	set, err := p.agent.Cookies(p.origin)
	if err != nil {
		return err
	}
	p.jar.SetCookies(nil, set)
	return nil
}

// comesAnew signs a person in who is signed out, and opens a page.
func (p *soakPerson) comesAnew() outcome {
	return p.alone(func() outcome {
		if got := p.signsIn(); got.skipped || got.problem != "" {
			return got
		}
		return p.opens("first page")
	})
}

func (p *soakPerson) opensPage() outcome {
	return p.alone(func() outcome { return p.opens("page") })
}

func (p *soakPerson) opens(kind string) outcome {
	got := p.browse(http.MethodGet, "/dashboard", nil)
	switch {
	case p.signedIn && (got.status != http.StatusOK || got.path != "/dashboard" || !strings.Contains(got.body, p.email)):
		return got.wrong(kind, "the page of "+p.email)
	case !p.signedIn && strings.Contains(got.body, "@example.com"):
		return outcome{kind: kind, problem: "a person who is signed out sees somebody's page: " + got.String()}
	case !p.signedIn && !strings.HasSuffix(got.path, signInPath) && got.status != http.StatusUnauthorized: // after several redirects to sign-in, the page says so
		return got.wrong("signed-out page", "the sign-in page")
	case !p.signedIn:
		kind = "signed-out page"
	}
	return done(kind)
}

// signedInTo has a person who is signed in do something; others do nothing.
func (p *soakPerson) signedInTo(kind string, thing func(kind string) outcome) func() outcome {
	return func() outcome {
		return p.alone(func() outcome {
			if !p.signedIn {
				return skipped(kind)
			}
			return thing(kind)
		})
	}
}

// alone has a person do something when they have done what they are at, and measures it.
func (p *soakPerson) alone(thing func() outcome) outcome {
	p.mu.Lock()
	defer p.mu.Unlock()
	begin := time.Now()
	got := thing()
	got.begin, got.took = begin, time.Since(begin)
	return got
}

// callsAPI uses a token of the session, as a program does.
func (p *soakPerson) callsAPI(kind string) outcome {
	token, err := p.clerk.MintToken(p.session, clerktest.TokenOptions{AuthorizedParty: p.origin})
	if err != nil {
		return outcome{kind: kind, problem: err.Error()}
	}
	got := p.api(p.origin, protectedPath, token)
	if got.status != http.StatusOK || !strings.Contains(got.body, p.email) {
		return got.wrong(kind, "the data of "+p.email)
	}
	return done(kind)
}

// api calls a route of the site, or of one replica, with a token.
func (s *soak) api(address, path, token string) answered {
	request, err := http.NewRequest(http.MethodGet, address+path, nil)
	if err != nil {
		return answered{err: err}
	}
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := (&http.Client{Transport: s.transport, Timeout: 40 * time.Second}).Do(request)
	if err != nil {
		return answered{err: err}
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	body, err := io.ReadAll(response.Body)
	return answered{response.StatusCode, path, string(body), err}
}

func (s *soak) statusAt(r replica, token string) int {
	return s.api(r.address, exportPath, token).status
}

// sendsForm sends a note.
func (p *soakPerson) sendsForm(kind string) outcome {
	p.count++
	text := fmt.Sprintf("note %d of %s", p.count, p.email)
	got := p.browse(http.MethodPost, notesPath, url.Values{"text": {text}})
	if got.status == http.StatusOK && got.path == notesPath && strings.Contains(got.body, text) {
		p.notes++
		return done(kind)
	}
	p.unsureNotes++
	return got.wrong(kind, "the page with the note")
}

// device signs the person in on another device, and returns the session and a token of it.
func (p *soakPerson) device() (id, token string, err error) {
	session, err := p.clerk.CreateSession(p.userID, clerktest.SessionOptions{})
	if err != nil {
		return "", "", err
	}
	p.devices = append(p.devices, session.ID)
	token, err = p.clerk.MintToken(session.ID, clerktest.TokenOptions{AuthorizedParty: p.origin})
	return session.ID, token, err
}

// signsDeviceOut signs another device out on the page of the devices: from then on no replica takes its token.
func (p *soakPerson) signsDeviceOut(kind string) outcome {
	id, token, err := p.device()
	if err != nil {
		return outcome{kind: kind, problem: err.Error()}
	}
	got := p.browse(http.MethodPost, "/sessions/devices/revoke", url.Values{"session_id": {id}})
	if got.status != http.StatusOK || got.path != "/sessions/devices" {
		p.unsure = true
		return got.wrong(kind, "the list of devices")
	}
	if session, err := p.clerk.Session(id); err != nil || session.Status != "revoked" {
		p.unsure = true
		// The page says then that it could not be done.
		return outcome{kind: kind, problem: "Clerk still has the session as " + session.Status, fault: true}
	}
	p.devices = slices.DeleteFunc(p.devices, func(device string) bool { return device == id })
	return p.refusedEverywhere(kind, token)
}

// refusedEverywhere waits until no replica takes a token any more: the one that ended its session refuses it at once, the other when it hears of it.
func (p *soakPerson) refusedEverywhere(kind, token string) outcome {
	p.ended = append(p.ended, token)
	for deadline := time.Now().Add(15 * time.Second); ; {
		first, second := p.api(p.origin, exportPath, token), p.api(p.origin, exportPath, token) // the balancer sends them to each in turn
		if first.status == http.StatusUnauthorized && second.status == http.StatusUnauthorized {
			return done(kind)
		}
		time.Sleep(20 * time.Millisecond) //nolint:forbidigo // the replicas run in real time
		if time.Now().After(deadline) {
			return outcome{kind: kind, problem: fmt.Sprintf("the token of a session that has ended gets %v and %v", first, second), fault: first.cannotTell() || second.cannotTell()}
		}
	}
}

// signsOut signs out in the browser.
func (p *soakPerson) signsOut(kind string) outcome {
	token, err := p.clerk.MintToken(p.session, clerktest.TokenOptions{AuthorizedParty: p.origin})
	if err != nil {
		return outcome{kind: kind, problem: err.Error()}
	}
	got := p.browse(http.MethodPost, "/sessions/sign-out", nil)
	p.signedIn, p.jar = false, cookies{}
	if session, err := p.clerk.Session(p.session); err == nil && session.Status == "active" {
		p.unsure = true // it may end later
		return outcome{kind: kind, problem: fmt.Sprintf("%v, and Clerk still has the session", got), fault: true}
	}
	if got.cannotTell() {
		return got.wrong(kind, "an answer")
	}
	return p.refusedEverywhere(kind, token)
}

// switchesAccount signs in with a second account in the same browser, switches back to the first, and sees whose page comes.
func (p *soakPerson) switchesAccount(kind string) outcome {
	second, err := p.agent.SignIn(secondOf(p.email))
	if err == nil {
		defer func() { _ = p.clerk.RevokeSession(second.ID) }() // the session of the second account ends again
		err = p.takeCookies()
	}
	if err != nil {
		p.leavesBrowser()
		return outcome{kind: kind, problem: err.Error(), fault: true}
	}
	got := p.browse(http.MethodPost, "/sessions/switch", url.Values{"session_id": {p.session}})
	if got.status != http.StatusOK {
		p.leavesBrowser()
		return got.wrong(kind, "a page after the switch")
	}
	page := p.opens(kind)
	if page.problem != "" {
		p.leavesBrowser()
	}
	return page
}

// leavesBrowser is what a person does whose browser is in a state that a fault left open. The session in it goes on.
func (p *soakPerson) leavesBrowser() {
	p.signedIn, p.unsure, p.jar = false, true, cookies{}
}

// signsOthersOut starts a job that signs all other devices out, and waits until it has.
func (p *soakPerson) signsOthersOut(kind string) outcome {
	var tokens []string
	for range 3 {
		_, token, err := p.device()
		if err != nil {
			return outcome{kind: kind, problem: err.Error()}
		}
		tokens = append(tokens, token)
	}
	got := p.browse(http.MethodPost, "/sessions/sign-out-others", nil)
	if got.status != http.StatusOK {
		p.unsure = true
		return got.wrong(kind, "the page of the job")
	}
	deadline := time.Now().Add(30 * time.Second)
	for _, id := range p.devices {
		for {
			if session, err := p.clerk.Session(id); err == nil && session.Status != "active" {
				break
			}
			if time.Now().After(deadline) {
				p.unsure = true
				return outcome{kind: kind, problem: "a device is still signed in after 30 seconds", fault: true}
			}
			time.Sleep(20 * time.Millisecond) //nolint:forbidigo // the job runs in real time
		}
	}
	p.devices = nil
	for _, token := range tokens {
		if got := p.refusedEverywhere(kind, token); got.problem != "" {
			return got
		}
	}
	return done(kind)
}

// listen keeps a stream of events open, and opens it anew whenever it ends, until the soak stops.
func (s *soak) listen(who *soakPerson) {
	for !s.stopped.Load() {
		who.mu.Lock()
		signedIn := who.signedIn
		who.mu.Unlock()
		if !signedIn {
			return
		}
		s.do(who.signedInTo("stream of 6 s", who.listens))
		time.Sleep(streamLength + time.Second/2) //nolint:forbidigo // streams are in real time
	}
}

// streamLength is how long a person listens to one stream.
const streamLength = 6 * time.Second

// listens reads the events of a stream: one comes each second.
func (p *soakPerson) listens(kind string) outcome {
	if got := p.browse(http.MethodGet, livePath, nil); got.status != http.StatusOK || got.path != livePath {
		return got.wrong(kind, "the page with the stream")
	}
	request, err := http.NewRequest(http.MethodGet, p.origin+eventsPath, nil)
	if err != nil {
		return outcome{kind: kind, problem: err.Error()}
	}
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	response, err := p.client().Do(request)
	if err != nil {
		return outcome{kind: kind, problem: err.Error(), fault: true}
	}
	defer response.Body.Close() //nolint:errcheck // it is left in the middle
	if response.StatusCode != http.StatusOK {
		return answered{status: response.StatusCode, path: eventsPath}.wrong(kind, "events")
	}
	begin, events := time.Now(), 0
	for lines := bufio.NewScanner(response.Body); time.Since(begin) < streamLength && lines.Scan(); {
		switch event, isEvent := strings.CutPrefix(lines.Text(), "event: "); {
		case isEvent && event == "time":
			events++
		case isEvent && event != "closing":
			return outcome{kind: kind, problem: "the stream says " + event + ", to a person who is signed in"}
		}
	}
	// A replica that ends closes its streams, and the browser connects again.
	if events == 0 {
		return outcome{kind: kind, problem: "no event came", fault: true}
	}
	return done(kind)
}

// notesAt is how many notes a replica has of a person.
func (s *soak) notesAt(t *testing.T, r replica, who *soakPerson) int {
	t.Helper()
	session, err := s.clerk.CreateSession(who.userID, clerktest.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.clerk.RevokeSession(session.ID) }()
	token, err := s.clerk.MintToken(session.ID, clerktest.TokenOptions{AuthorizedParty: s.origin})
	if err != nil {
		t.Fatal(err)
	}
	got := s.api(r.address, exportPath, token)
	if got.status != http.StatusOK {
		t.Fatalf("the notes of %s: %v", who.email, got)
	}
	return strings.Count(got.body, " of "+who.email)
}
