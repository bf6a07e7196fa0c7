package reliability

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"time"
)

// Deliveries have faults at the sender and on the way.

// webhookFaults are the faults of [faults] that a delivery can have. "500" is a handler of the application that fails.
func webhookFaults() []fault {
	return []fault{
		refused, unknownHost, badTLS, slow, hanging, serverError, garbage, gatewayPage, truncated, wrongContentType, hugeBody,
	}
}

// readTimeout is the time that an http.Server gives a request, as the guide says.
const readTimeout = 15 * time.Second

func deliveries() []situation {
	return []situation{
		{name: "delivery of session.ended", prepare: delivery},
		{name: "page, token seen before, of another session", known: true, signsIn: true, prepare: undisturbed},
		{name: "page of the ended session, after two minutes", never: true, prepare: endedElsewhere},
	}
}

// deliver sends a message in the way that the fault says, and returns what the sender gets.
func (w *world) deliver(id, session string) *reply {
	body := fmt.Sprintf(`{"data":{"object":"session","id":%q,"status":"ended"},"object":"event","type":"session.ended","timestamp":%d}`,
		session, time.Now().UnixMilli())
	header := w.signed(id, body)
	header.Set("Content-Type", "application/json")
	sent := io.Reader(strings.NewReader(body))
	w.wire.mu.Lock()
	f := w.wire.fault
	w.wire.mu.Unlock()
	switch f {
	case refused, unknownHost, badTLS:
		return &reply{ResponseRecorder: &httptest.ResponseRecorder{}, url: &url.URL{}} // nothing arrives
	case slow:
		sent = io.MultiReader(strings.NewReader(body[:10]), pause{slowness}, strings.NewReader(body[10:]))
	case hanging:
		sent = io.MultiReader(strings.NewReader(body[:10]), pause{readTimeout}, failing{os.ErrDeadlineExceeded})
	case garbage:
		sent = strings.NewReader("\x00\xff{{{]]")
	case gatewayPage:
		sent = strings.NewReader(gatewayHTML)
	case truncated:
		sent = io.MultiReader(strings.NewReader(body[:10]), failing{io.ErrUnexpectedEOF})
	case wrongContentType:
		header.Set("Content-Type", "text/html")
	case hugeBody:
		sent = io.LimitReader(endless{}, hugeSize)
	default:
	}
	begun := time.Now()
	r := httptest.NewRequest(http.MethodPost, "/webhooks/clerk", sent)
	r.Header = header
	got := &reply{ResponseRecorder: httptest.NewRecorder(), url: r.URL}
	w.engine.ServeHTTP(got, r)
	got.longest = time.Since(begun)
	if f == hanging {
		got.longest -= readTimeout // the server's, and not the receiver's
	}
	return got
}

// pause is a part of a body that takes its time.
type pause struct{ d time.Duration }

func (p pause) Read([]byte) (int, error) {
	letPass(p.d)
	return 0, io.EOF
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// delivery is a message that Svix sends again until it is answered with 2xx.
func delivery(w *world) scene {
	b := w.browser(ada)
	b.open("/private")
	session := b.current()
	return scene{
		act: func() *reply { return w.deliver("msg_1", session) },
		after: func(*reply) string {
			for range 2 {
				if got := w.deliver("msg_1", session); got.Code != http.StatusOK {
					return "sent again, it is answered " + got.String()
				}
			}
			if len(w.handled) != 1 {
				return fmt.Sprintf("handled %d times", len(w.handled))
			}
			if b.ask(http.MethodGet, "/private", nil).signedIn() {
				return "the session goes on"
			}
			return ""
		},
	}
}

func undisturbed(w *world) scene {
	b, other := w.browser(ada), w.browser(mia)
	b.open("/private")
	other.open("/private")
	return scene{act: func() *reply {
		w.deliver("msg_1", other.current())
		return b.open("/private")
	}}
}

// endedElsewhere is a session that Clerk has ended, and of which no webhook may have told.
func endedElsewhere(w *world) scene {
	b := w.browser(ada)
	b.open("/private")
	session := b.current()
	if err := w.server.EndSession(session); err != nil {
		w.tb.Fatal(err)
	}
	return scene{act: func() *reply {
		w.deliver("msg_1", session)
		letPass(2 * time.Minute)
		return b.open("/private")
	}}
}
