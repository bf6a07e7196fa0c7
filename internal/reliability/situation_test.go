package reliability

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

// situation is a request that meets a fault.
type situation struct {
	name string
	// direct: the application has no proxy of the Frontend API, so that it sees no credential of the browser, and a chosen account is in a
	// sealed cookie.
	direct bool
	// readable: pages may be read for a while after a token has ended (Tokens.OutageReading).
	readable bool
	// known: a valid token with a known key, and nothing else to ask. No fault may change the answer.
	known bool
	// never: who asks must not be signed in, whatever fails.
	never bool
	// signsIn: the answer without a fault is one for a user.
	signsIn bool
	// prepare does what comes before the fault.
	prepare func(*world) scene
}

// scene is what happens under a fault, and after it.
type scene struct {
	// act sends the request.
	act func() *reply
	// after returns what is wrong when the fault is over, or "". nil: act has to have the answer that it has without a fault.
	after func(during *reply) string
}

const (
	// readable is for how long pages are read after their token has ended, where they are.
	readable = 90 * time.Second
	// readHeader is the header of a page that is read so.
	readHeader = "X-Read-Only"
)

const jobOfOthers = "sign-out job: all other devices"

func situations() []situation {
	return []situation{
		{name: "page, token seen before", known: true, signsIn: true, prepare: seenBefore},
		{name: "page, token not seen before, key known", known: true, signsIn: true, prepare: keyKnown},
		{name: "page, first token of a new process", signsIn: true, prepare: firstToken},
		{name: "page, expired token, renewed with the refresh token", signsIn: true, prepare: expired},
		{name: "page, expired token, renewed by a handshake", signsIn: true, prepare: expiredWithoutRefresh},
		{name: "page, expired token, OutageReading", readable: true, signsIn: true, prepare: expired},
		{name: "page, expired token, OutageReading is over", readable: true, signsIn: true, prepare: expiredLongAgo},
		{name: "page, expired token, its session ended, OutageReading", readable: true, never: true, prepare: endedAndExpired},
		{name: "form, expired token, OutageReading", readable: true, prepare: formOfReader},
		{name: "page, account chosen on this browser", direct: true, known: true, signsIn: true, prepare: chosen},
		{name: "page, account chosen on this browser, its token expired", direct: true, signsIn: true, prepare: chosenExpired},
		{name: "page, signed out", never: true, prepare: signedOut},
		{name: "page, session ended a moment ago", never: true, prepare: endedHere},
		{name: "form, expired token, to be kept", prepare: formToKeep},
		{name: "form that waits, to be sent", prepare: formToSend},
		{name: "page of the devices", prepare: reads("/sessions/devices")},
		{name: "page of the accounts", prepare: reads("/sessions/accounts")},
		{name: "API, session token seen before", known: true, prepare: apiSeen},
		{name: "API, first token of a new process", signsIn: true, prepare: apiFirst},
		{name: "API, token of a key that Clerk never had", never: true, prepare: forged},
		{name: "API, API key", prepare: machine},
		{name: "API that asks who the user is", prepare: aboutUser},
		{name: "stream that is open", known: true, prepare: stream},
		{name: "session action: end one device", prepare: endDevice},
		{name: "session action: switch the account", prepare: switchAccount},
		{name: "session action: sign out here", prepare: signOutHere},
		{name: jobOfOthers, prepare: signOutOthers},
	}
}

// limited are the situations that only a fault of Redis concerns.
func limited() []situation {
	return []situation{
		{name: "limited page", signsIn: true, prepare: reads("/limited")},
		{name: "limited page, counted here meanwhile", known: true, signsIn: true, prepare: reads("/limited-local")},
	}
}

func seenBefore(w *world) scene { return reads("/private")(w) }

// reads opens a page that the browser has just seen.
func reads(path string) func(*world) scene {
	return func(w *world) scene {
		b := w.browser(mia, ada)
		b.open(path)
		return scene{act: func() *reply { return b.open(path) }}
	}
}

func keyKnown(w *world) scene {
	w.browser(mia).open("/private")
	b := w.browser(ada)
	return scene{act: func() *reply { return b.open("/private") }}
}

func firstToken(w *world) scene {
	b := w.browser(ada)
	return scene{act: func() *reply { return b.open("/private") }}
}

func expired(w *world) scene {
	letPass(2 * time.Second) // a process knows what was revoked since it began
	b := w.browser(ada)
	b.open("/private")
	letPass(2 * time.Minute)
	return scene{act: func() *reply { return b.open("/private") }}
}

func expiredLongAgo(w *world) scene {
	b := w.browser(ada)
	b.open("/private")
	letPass(readable + 2*time.Minute)
	return scene{act: func() *reply { return b.open("/private") }}
}

// endedAndExpired is a session that this application has ended, of which a copy of the cookies is left.
func endedAndExpired(w *world) scene {
	ended := endedHere(w)
	letPass(2 * time.Minute)
	return ended
}

// formOfReader is a form that is sent with a token that has ended.
func formOfReader(w *world) scene {
	b := w.browser(ada)
	b.open("/private")
	letPass(2 * time.Minute)
	send := func() *reply { return b.follow(b.ask(http.MethodPost, "/notes", url.Values{"text": {"hello"}})) }
	return scene{act: send, after: func(during *reply) string {
		if during.Code >= http.StatusBadRequest && b.open("/sessions/forms").find("send") == nil { // its sender was told that it is not kept
			send()
		}
		return sendWaiting(b)
	}}
}

// lapse lets a browser's token expire, and takes away what renews it without a handshake.
func (b *browser) lapse() {
	for name := range b.cookies {
		if strings.HasPrefix(name, "__refresh") {
			delete(b.cookies, name)
		}
	}
	letPass(2 * time.Minute)
}

func expiredWithoutRefresh(w *world) scene {
	b := w.browser(ada)
	b.open("/private")
	b.lapse()
	return scene{act: func() *reply { return b.open("/private") }}
}

func choose(w *world) *browser {
	b := w.browser(mia, ada)
	delete(b.cookies, "__client")
	user, err := w.server.UserByEmail(mia)
	if err != nil {
		w.tb.Fatal(err)
	}
	for _, s := range w.server.Sessions(user.ID) {
		if s.ClientID == b.agent.ClientID() {
			b.follow(b.ask(http.MethodPost, "/sessions/switch", url.Values{"session_id": {s.ID}}))
		}
	}
	if got := b.open("/private"); got.Body.String() != "signed in as "+user.ID {
		w.tb.Errorf("the account was not switched: %d %s", got.Code, got.Body)
	}
	return b
}

func chosen(w *world) scene {
	b := choose(w)
	return scene{act: func() *reply { return b.open("/private") }}
}

func chosenExpired(w *world) scene {
	b := choose(w)
	letPass(2 * time.Minute)
	return scene{act: func() *reply { return b.open("/private") }}
}

func signedOut(w *world) scene {
	b := w.browser()
	return scene{act: func() *reply { return b.open("/private") }}
}

func endedHere(w *world) scene {
	letPass(2 * time.Second)
	b := w.browser(ada)
	b.open("/private")
	if err := w.server.EndSession(b.current()); err != nil {
		w.tb.Fatal(err)
	}
	if err := w.clerk.Revoke(context.Background(), revocation.Entry{SessionID: b.current()}); err != nil {
		w.tb.Fatal(err)
	}
	cookies := b.cookies
	return scene{act: func() *reply {
		again := &browser{world: w, agent: b.agent, cookies: map[string]string{}}
		for name, value := range cookies {
			again.cookies[name] = value
		}
		return again.open("/private")
	}}
}

func formToKeep(w *world) scene {
	b := w.browser(ada)
	b.open("/private")
	b.lapse()
	return scene{
		act: func() *reply {
			return b.follow(b.ask(http.MethodPost, "/notes", url.Values{"text": {"hello"}}))
		},
		after: func(during *reply) string {
			if during.Code >= http.StatusBadRequest { // its sender was told, and sends it again
				b.follow(b.ask(http.MethodPost, "/notes", url.Values{"text": {"hello"}}))
			}
			return sendWaiting(b)
		},
	}
}

func formToSend(w *world) scene {
	b := w.browser(ada)
	b.open("/private")
	b.lapse()
	b.follow(b.ask(http.MethodPost, "/notes", url.Values{"text": {"hello"}}))
	return scene{
		act:   func() *reply { return b.follow(b.press(b.open("/sessions/forms"), "send")) },
		after: func(*reply) string { return sendWaiting(b) },
	}
}

// sendWaiting sends the form that waits, and says what is wrong if the note is not there once then.
func sendWaiting(b *browser) string {
	if p := b.open("/sessions/forms"); p.find("send") != nil {
		b.follow(b.press(p, "send"))
	}
	switch n := len(b.world.arrived); n {
	case 1:
		return ""
	case 0:
		return "the form is lost"
	default:
		return "the form arrived more than once"
	}
}

// token makes a session of a user and a token for it.
func (w *world) token(email string) (token, session string) {
	w.wire.sync()
	user, err := w.server.UserByEmail(email)
	if err != nil {
		w.tb.Fatal(err)
	}
	s, err := w.server.CreateSession(user.ID, clerktest.SessionOptions{})
	if err != nil {
		w.tb.Fatal(err)
	}
	return w.mint(s.ID), s.ID
}

func (w *world) mint(session string) string {
	w.wire.sync()
	token, err := w.server.MintToken(session, clerktest.TokenOptions{AuthorizedParty: ownOrigin})
	if err != nil {
		w.tb.Fatal(err)
	}
	return token
}

func apiSeen(w *world) scene {
	token, session := w.token(ada)
	w.program(http.MethodGet, "/api/private", token)
	return scene{
		act: func() *reply { return w.program(http.MethodGet, "/api/private", token) },
		after: func(*reply) string {
			return wantOK(w.program(http.MethodGet, "/api/private", w.mint(session)))
		},
	}
}

func apiFirst(w *world) scene {
	_, session := w.token(ada)
	return scene{act: func() *reply { return w.program(http.MethodGet, "/api/private", w.mint(session)) }}
}

func wantOK(r *reply) string {
	if r.Code != http.StatusOK || !r.signedIn() {
		return "not signed in: " + http.StatusText(r.Code)
	}
	return ""
}

func forged(w *world) scene {
	token, _ := w.token(ada)
	w.program(http.MethodGet, "/api/private", token)
	parts := strings.Split(token, ".")
	header, _ := json.Marshal(map[string]string{"alg": "RS256", "typ": "JWT", "kid": "ins_nobody"})
	parts[0] = base64.RawURLEncoding.EncodeToString(header)
	token = strings.Join(parts, ".")
	return scene{
		act: func() *reply { return w.program(http.MethodGet, "/api/private", token) },
		after: func(*reply) string {
			if got := w.program(http.MethodGet, "/api/private", token); got.Code != http.StatusUnauthorized {
				return "want 401, got " + http.StatusText(got.Code)
			}
			return ""
		},
	}
}

func machine(w *world) scene {
	w.wire.sync()
	user, err := w.server.UserByEmail(ada)
	if err != nil {
		w.tb.Fatal(err)
	}
	issued, err := w.server.CreateMachineToken(clerktest.MachineToken{Kind: clerktest.APIKey, Subject: user.ID, Name: "matrix"})
	if err != nil {
		w.tb.Fatal(err)
	}
	return scene{act: func() *reply { return w.program(http.MethodGet, "/api/machine", issued.Secret) }}
}

func aboutUser(w *world) scene {
	token, session := w.token(ada)
	w.program(http.MethodGet, "/api/private", token)
	return scene{
		act:   func() *reply { return w.program(http.MethodGet, "/api/user", token) },
		after: func(*reply) string { return wantOK(w.program(http.MethodGet, "/api/user", w.mint(session))) },
	}
}

// streamed is how long a stream is looked at: twice as long as a token lives.
const streamed = 2 * time.Minute

func stream(w *world) scene {
	token, _ := w.token(ada)
	ctx, leave := context.WithCancel(context.Background())
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/live", nil)
	r.Host, r.RemoteAddr = "localhost:8080", "198.51.100.9:4711"
	r.Header = http.Header{"Accept": {"text/event-stream"}, "Authorization": {"Bearer " + token}}
	recorder, ended := httptest.NewRecorder(), make(chan struct{})
	go func() {
		defer close(ended)
		w.engine.ServeHTTP(recorder, r)
	}()
	open := func() string {
		select {
		case <-ended:
			return "the stream has ended: " + recorder.Header().Get("X-Ended")
		case <-time.After(streamed):
			return ""
		}
	}
	return scene{
		act: func() *reply {
			got := &reply{ResponseRecorder: httptest.NewRecorder(), url: r.URL}
			if problem := open(); problem != "" {
				got.Code = http.StatusGone
			} else {
				_, _ = got.WriteString("signed in as somebody")
			}
			return got
		},
		after: func(*reply) string {
			defer func() { leave(); <-ended }()
			return open()
		},
	}
}

// elsewhere signs a user in on one more device, and returns the session.
func (w *world) elsewhere(email string) string {
	_, session := w.token(email)
	return session
}

func (w *world) active(session string) bool {
	s, err := w.server.Session(session)
	if err != nil {
		w.tb.Fatal(err)
	}
	return s.Status == "active"
}

func endDevice(w *world) scene {
	other := w.elsewhere(ada)
	b := w.browser(ada)
	b.open("/sessions/devices")
	end := func() *reply {
		return b.follow(b.ask(http.MethodPost, "/sessions/devices/revoke", url.Values{"session_id": {other}}))
	}
	return scene{act: end, after: func(*reply) string {
		if w.active(other) {
			end()
		}
		if w.active(other) {
			return "the session is still active"
		}
		return ""
	}}
}

func switchAccount(w *world) scene {
	b := w.browser(mia, ada)
	user, err := w.server.UserByEmail(mia)
	if err != nil {
		w.tb.Fatal(err)
	}
	target := ""
	for _, s := range w.server.Sessions(user.ID) {
		if s.ClientID == b.agent.ClientID() {
			target = s.ID
		}
	}
	b.open("/sessions/accounts")
	do := func() *reply {
		return b.follow(b.ask(http.MethodPost, "/sessions/switch", url.Values{"session_id": {target}}))
	}
	return scene{act: do, after: func(*reply) string {
		if b.open("/private").Body.String() != "signed in as "+user.ID {
			do()
		}
		if got := b.open("/private"); got.Body.String() != "signed in as "+user.ID {
			return "the account was not switched: " + got.Body.String()
		}
		return ""
	}}
}

func signOutHere(w *world) scene {
	b := w.browser(ada)
	b.open("/sessions")
	session := b.current()
	before := &browser{world: w, agent: b.agent, cookies: map[string]string{}}
	for name, value := range b.cookies {
		before.cookies[name] = value
	}
	return scene{
		act: func() *reply { return b.follow(b.ask(http.MethodPost, "/sessions/sign-out", nil)) },
		after: func(during *reply) string {
			if during.Code >= http.StatusBadRequest || w.active(session) {
				before.follow(before.ask(http.MethodPost, "/sessions/sign-out", nil))
			}
			if w.active(session) {
				return "the session is still active"
			}
			return ""
		},
	}
}

func signOutOthers(w *world) scene {
	others := []string{w.elsewhere(ada), w.elsewhere(ada), w.elsewhere(ada)}
	b := w.browser(ada)
	b.open("/sessions/devices")
	begin := func() *reply {
		return b.follow(b.ask(http.MethodPost, "/sessions/sign-out-others", nil))
	}
	active := func() bool {
		for _, id := range others {
			if w.active(id) {
				return true
			}
		}
		return false
	}
	return scene{act: begin, after: func(during *reply) string {
		letPass(time.Minute)
		if active() && strings.HasPrefix(during.url.Path, "/sessions/sign-outs/") { // the page of the job offers to try again
			b.follow(b.press(b.open(during.url.Path), "retry"))
			letPass(time.Minute)
		} else if active() {
			begin()
			letPass(time.Minute)
		}
		if active() {
			return "sessions are still active"
		}
		return ""
	}}
}
