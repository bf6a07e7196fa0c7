package pages_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/internal/redistest"
)

const promise = "You can close this page. Signing out continues."

// The page of a running job says whether the job survives a restart.
func TestThePageOfAJobPromisesWhatItsStoreKeeps(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		store func(*testing.T) storage.Store
		keeps bool
	}{
		{"the memory of the process", func(*testing.T) storage.Store { return nil }, false},
		{"a memory that the application made", func(*testing.T) storage.Store { return storage.NewMemory(storage.MemoryConfig{}) }, false},
		{"Redis", func(t *testing.T) storage.Store {
			t.Helper()
			client := redis.NewClient(&redis.Options{Addr: redistest.Start(t).Addr(), ContextTimeoutEnabled: true})
			t.Cleanup(func() { _ = client.Close() })
			return redisstore.NewStore(redisstore.Config{Client: client})
		}, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w, b := busy(t, 5, options{config: func(c *ginclerk.Config) { c.Stores.Records = row.store(t) }})
			release := w.slowly(t)
			id := jobOf(t, b.post("/sign-out-others", nil))
			p := b.open(t, jobsPath+id).wantPage(t, http.StatusOK, jobsPath+id, "")
			if said := strings.Contains(p.Body.String(), promise); said != row.keeps {
				t.Errorf("it promises to go on: %v, want %v", said, row.keeps)
			}
			if told := strings.Contains(p.Body.String(), "If this site restarts, signing out stops"); told == row.keeps {
				t.Errorf("it tells of a restart: %v", told)
			}
			gone := b.open(t, jobsPath+strings.Repeat("A", 26)).wantPage(t, http.StatusNotFound, jobsPath+strings.Repeat("A", 26), "")
			if told := strings.Contains(gone.Body.String(), "until this site restarts"); told == row.keeps {
				t.Errorf("an unknown job's page tells of a restart: %v", told)
			}
			release()
			w.finished(t, ada, id)
		})
	}
}
