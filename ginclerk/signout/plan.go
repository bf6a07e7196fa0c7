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

const (
	// chunkSize is the number of ids in one record, which then has about 16 KB.
	chunkSize = 500
	// maxSessions is the number of sessions that one job ends at most. Its record then has 20 KB.
	maxSessions = 20_000
)

// plan stores the ids of jobs. It writes a chunk once, under a random name, so that a process that has lost its job can't change
// the chunks of its successor.
type plan struct {
	store storage.Store
	keys  keys
}

// write stores ids and returns their chunks.
func (p plan) write(ctx context.Context, ids []string) ([]chunk, error) {
	var chunks []chunk
	for part := range slices.Chunk(ids, chunkSize) {
		data, err := json.Marshal(part)
		if err != nil {
			return nil, fmt.Errorf("encode ids: %w", err)
		}
		made := chunk{Name: newID(), Size: len(part)}
		if _, err := p.store.CompareAndSwap(ctx, p.keys.ids(made.Name), nil, data, retention); err != nil {
			return nil, fmt.Errorf("write ids: %w", err)
		}
		chunks = append(chunks, made)
	}
	return chunks, nil
}

// read returns the ids of a chunk.
func (p plan) read(ctx context.Context, c chunk) ([]string, error) {
	data, err := p.store.Load(ctx, p.keys.ids(c.Name))
	if errors.Is(err, storage.ErrNotFound) {
		return nil, fmt.Errorf("ids of the job: %w", ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("read ids: %w", err)
	}
	var ids []string
	if err := json.Unmarshal(data, &ids); err != nil {
		return nil, fmt.Errorf("decode ids: %w", err)
	}
	if len(ids) != c.Size {
		return nil, errors.New("decode ids: wrong number of ids")
	}
	return ids, nil
}

func (p plan) readAll(ctx context.Context, chunks []chunk) ([]string, error) {
	var all []string
	for _, c := range chunks {
		ids, err := p.read(ctx, c)
		if err != nil {
			return nil, err
		}
		all = append(all, ids...)
	}
	return all, nil
}

// renew prolongs the life of the chunks of a job, which the job does not change, so that they live as long as its record.
func (p plan) renew(ctx context.Context, rec *record) error {
	for _, c := range rec.Chunks {
		if err := p.prolong(ctx, p.keys.ids(c.Name), retention); err != nil {
			return err
		}
	}
	return p.prolong(ctx, p.keys.user(rec.whose()), retention)
}

// prolong renews the life of a record, unless another process has changed or deleted the record in the meantime.
func (p plan) prolong(ctx context.Context, key string, lifetime time.Duration) error {
	data, err := p.store.Load(ctx, key)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err == nil {
		_, err = p.store.CompareAndSwap(ctx, key, data, data, lifetime)
	}
	if err != nil {
		return fmt.Errorf("prolong: %w", err)
	}
	return nil
}

// drop deletes the chunks of a job that was never started. Errors do not matter, because the chunks expire.
func (p plan) drop(ctx context.Context, chunks []chunk) {
	for _, c := range chunks {
		data, err := p.store.Load(ctx, p.keys.ids(c.Name))
		if err == nil {
			_, _ = p.store.CompareAndSwap(ctx, p.keys.ids(c.Name), data, nil, 0)
		}
	}
}

// view returns a job with the ids of its failures, for callers.
func (p plan) view(ctx context.Context, rec *record) (Job, error) {
	job := rec.job()
	offset, next := 0, 0
	for _, c := range rec.Chunks {
		marks := rec.Marks[offset : offset+c.Size]
		offset += c.Size
		if !slices.ContainsFunc([]byte(marks), func(m byte) bool { return mark(m).reason() != "" }) {
			continue
		}
		ids, err := p.read(ctx, c)
		if err != nil {
			return Job{}, err
		}
		for i, m := range []byte(marks) {
			if mark(m).reason() != "" {
				job.Failed[next].SessionID = ids[i]
				next++
			}
		}
	}
	return job, nil
}
