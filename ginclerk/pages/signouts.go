package pages

import (
	"context"
	"errors"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/parts"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// errTenants is what [Site.SignOuts] says where only the Clerk of one tenant can do what is asked.
var errTenants = errors.New("pages: this Clerk stands for many tenants: ask with the Clerk of one")

// SignOuts returns the runner of jobs that end many sessions of a user, at half of Clerk's rate limit. The pages start their jobs with the
// same runner. What it ends is refused by the Clerk from then on. [ginclerk.Clerk.Close] closes it.
//
// The Clerk is the one of the pages; where that is of [ginclerk.NewTenants], it is a tenant's ([ginclerk.Clerk.For]). The error says that the
// Clerk stands for many tenants.
func (s *Site) SignOuts(clerk *ginclerk.Clerk) (*signout.Runner, error) {
	core := ginclerk.UsePages(clerk, ginclerk.Pages{}).Core
	if core == nil {
		return nil, errTenants
	}
	return s.runnerOf(core)
}

// signOuts returns the runner for a request.
func (s *Site) signOuts(c *gin.Context) (*signout.Runner, error) {
	return s.runnerOf(s.access.Request(c).Core())
}

// runnerOf returns the runner of an instance. The first call makes it, and has it look for jobs that another process had to leave.
func (s *Site) runnerOf(core *serving.Core) (*signout.Runner, error) {
	return parts.Of(core.Parts, func() (*signout.Runner, error) {
		runner, err := signout.New(signout.Config{
			Sessions: core.Source, Revoker: core.Ended.Revoker(core.Source), Store: core.Parts.Records,
			Ended: func(ctx context.Context, sessionIDs []string) { core.Ended.Remember(ctx, sessionIDs...) },
			Settled: func(ctx context.Context, userID string, sessionIDs []string) {
				s.recordEnds(ctx, core, userID, sessionIDs)
			},
			Instance: core.Key.FrontendAPI(), Limit: signout.ClerkLimit(core.Key.Type()), Now: core.Now, Observer: core.Parts.Observer, Logger: core.Logger,
		})
		if err == nil && core.Parts.Shared {
			runner.Watch()
		}
		return runner, err
	})
}

// lasting reports whether jobs and forms outlive the process.
func (s *Site) lasting(c *gin.Context) bool { return storage.Lasts(s.request(c).Parts.Records) }
