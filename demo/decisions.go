package main

import (
	"context"
	"log/slog"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	recording "github.com/ginclerk/ginclerk/ginclerk/recorder" // a test of the demo has another recorder
)

// decisions keeps the last decisions while the application is developed, at recording.PagePath. The zero value keeps none.
type decisions struct{ recorder *recording.Recorder }

// recordDecisions has the last decisions of a development instance kept.
func recordDecisions(config *ginclerk.Config, logger *slog.Logger) (decisions, error) {
	key, err := instance.ParsePublishableKey(config.PublishableKey)
	if err != nil || key.Type() != instance.Development {
		return decisions{}, nil //nolint:nilerr // ginclerk.New says what is wrong with a key
	}
	kept, err := recording.New(recording.Config{Now: config.Now})
	if err != nil {
		return decisions{}, err
	}
	config.Observer = observe.All(withoutCalls(observe.Log(logger)), kept)
	return decisions{kept}, nil
}

// withoutCalls is an observer that is told of all but the calls to Clerk, as the log of a Clerk without an observer.
func withoutCalls(o observe.Observer) observe.Observer {
	return observe.Func(func(ctx context.Context, e observe.Event) {
		if e.Kind != observe.ClerkCalled {
			o.Observe(ctx, e)
		}
	})
}

// watch watches the requests of all routes that are registered afterwards.
func (d decisions) watch(r *gin.Engine) {
	if d.recorder != nil {
		r.Use(d.recorder.Watch())
	}
}

// mount mounts the page, for this machine alone.
func (d decisions) mount(r *gin.Engine, clerk *ginclerk.Clerk) error {
	if d.recorder == nil {
		return nil
	}
	return d.recorder.Mount(r, clerk, recording.MountOptions{})
}
