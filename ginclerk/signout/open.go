package signout

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// maxOpen is how many unfinished jobs an instance can have. At Clerk's limits, reading their lists alone would take half an hour.
const maxOpen = 10_000

// openJobs is the record that names the unfinished jobs of an instance, so that every process finds the jobs of a process that
// died. A name is added before the user can know of the job, and removed when the job has finished. A process that finds the name
// of a job that has finished or does not exist removes the name: the process of that job may have died before it removed the
// name.
type openJobs struct {
	store storage.Store
	key   string
}

// add adds the name of a job. If the record has the name, add only renews the life of the record.
func (o openJobs) add(ctx context.Context, id string) error {
	return o.update(ctx, func(ids []string) ([]string, error) {
		switch {
		case slices.Contains(ids, id):
			return ids, nil
		case len(ids) >= maxOpen:
			return nil, fmt.Errorf("%d jobs are unfinished, which is the most", len(ids))
		default:
			return append(ids, id), nil
		}
	})
}

// remove removes names. It ignores names that the record does not have.
func (o openJobs) remove(ctx context.Context, ids ...string) error {
	return o.update(ctx, func(there []string) ([]string, error) {
		return slices.DeleteFunc(there, func(id string) bool { return slices.Contains(ids, id) }), nil
	})
}

// list returns the ids of the unfinished jobs. Some of them may have just finished.
func (o openJobs) list(ctx context.Context) ([]string, error) {
	stored, err := o.store.Load(ctx, o.key)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read unfinished jobs: %w", err)
	}
	return readOpen(stored), nil
}

// update changes the record by compare-and-swap.
func (o openJobs) update(ctx context.Context, change func([]string) ([]string, error)) error {
	err := storage.Update(ctx, o.store, o.key, func(stored []byte) ([]byte, time.Duration, error) {
		ids, err := change(readOpen(stored))
		if err != nil || len(ids) == 0 { // without jobs, delete the record
			return nil, 0, err
		}
		data, err := json.Marshal(ids)
		return data, retention, err
	})
	if err != nil {
		return fmt.Errorf("write unfinished jobs: %w", err)
	}
	return nil
}

// readOpen returns the ids in a record, and none for a record that can't be read. The next update overwrites that.
func readOpen(stored []byte) []string {
	var ids []string
	if len(stored) == 0 || json.Unmarshal(stored, &ids) != nil {
		return nil
	}
	return ids
}
