package pages

import "github.com/gin-gonic/gin"

// Paths of the pages about activity, below the path of the pages.
const (
	pathActivity     = "/activity"
	pathActivityFile = "/export.csv"
	pathEntry        = "/:" + entryParameter
	pathNotMe        = "/not-me"
	pathAcknowledge  = "/acknowledge"
)

// mountActivity mounts these pages. They send Clerk no request, except for the action that ends a session.
func (s *Site) mountActivity(group, actions gin.IRoutes) {
	for path, handler := range map[string]gin.HandlerFunc{
		pathActivity: s.showActivity, pathActivity + pathActivityFile: s.downloadActivity, pathActivity + pathEntry + pathNotMe: s.showNotMe,
	} {
		group.GET(path, handler)
		group.HEAD(path, handler)
	}
	group.POST(pathActivity+pathEntry+pathAcknowledge, s.acknowledge)
	actions.POST(pathActivity+pathEntry+pathNotMe, s.endNotMe)
}

// ActivityURL is the path of the page with what happened lately to the account.
func (s *Site) ActivityURL() string { return s.base + pathActivity }

// notMeURL is the path of the page for a sign-in that the user does not know, by the id of its entry.
func (s *Site) notMeURL(entryID string) string { return s.ActivityURL() + "/" + entryID + pathNotMe }
