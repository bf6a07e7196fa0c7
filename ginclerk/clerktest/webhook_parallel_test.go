package clerktest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func TestParallelServersWithWebhooks(t *testing.T) {
	t.Parallel()
	for range 200 {
		t.Run("server", func(t *testing.T) {
			t.Parallel()
			srv := clerktest.New(t)
			r := listen(t, srv, "session.created", "session.revoked")
			r.answers(http.StatusBadGateway)
			s := signIn(t, srv.NewBrowser(), "ada@example.com")
			if got := r.take(t, srv); len(got) != 1 {
				t.Errorf("%d deliveries, want one", len(got))
			}
			r.answers(http.StatusOK)
			if err := srv.RevokeSession(s.ID); err != nil {
				t.Error(err)
			}
			srv.Clock().Advance(5 * time.Second)
			if got := r.take(t, srv); len(got) != 2 {
				t.Errorf("%d deliveries, want the new one and the late one", len(got))
			}
		})
	}
}
