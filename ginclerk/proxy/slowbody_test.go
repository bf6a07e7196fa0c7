package proxy_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/proxy"
)

// A browser that announces a body and never sends it is waited for no longer than the request may take.
func TestABodyThatNeverComesEndsWithTheTimeOfTheRequest(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	f := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	defer f.Close()
	p := (&frontendAPI{Server: f}).before(t)
	returned := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, end := context.WithCancelCause(r.Context())
		go func() {
			<-arrived
			end(context.DeadlineExceeded) // as after the 30 seconds
		}()
		p.ServeHTTP(w, r.WithContext(ctx))
		close(returned)
	}))
	defer server.Close()
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	if _, err := io.WriteString(connection, "POST /__clerk/v1/me HTTP/1.1\r\nHost: "+ownHost+"\r\nContent-Length: 1000000\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	select {
	case <-returned:
	case <-time.After(20 * time.Second): // far beyond what it takes
		t.Error("the request goes on")
	}
	_ = connection.Close()
	<-returned
}

// slowWriter is the writer of a response whose read deadline takes its time.
type slowWriter struct {
	*httptest.ResponseRecorder

	proceed <-chan struct{}
}

// SetReadDeadline is what [http.ResponseController] looks for.
func (w slowWriter) SetReadDeadline(time.Time) error {
	<-w.proceed
	return nil
}

// leaving is a way to Clerk that has no answer before the browser has left.
type leaving struct{}

func (leaving) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// TestNothingUsesTheWriterOfARequestThatIsOver: the writer, and with it the connection of another browser, may be that of the next request.
func TestNothingUsesTheWriterOfARequestThatIsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := (&frontendAPI{Server: &httptest.Server{URL: "http://localhost:1"}}).before(t, func(c *proxy.Config) { c.Transport = leaving{} })
		ctx, leave := context.WithCancel(t.Context())
		proceed, over := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(over)
			request := httptest.NewRequestWithContext(ctx, http.MethodGet, "/__clerk/v1/client", nil)
			p.ServeHTTP(slowWriter{httptest.NewRecorder(), proceed}, request)
		}()
		synctest.Wait()
		leave()
		synctest.Wait()
		select {
		case <-over:
			t.Error("the request is over, and its writer in use")
		default:
		}
		close(proceed)
		<-over
	})
}
