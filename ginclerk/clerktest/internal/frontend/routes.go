package frontend

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

type api struct {
	*core.Core
}

// New returns the Frontend API. Paths begin with /v1 or /.well-known.
func New(c *core.Core) http.Handler {
	a := &api{c}
	router := core.NewRouter(c)
	router.Handle("GET /.well-known/jwks.json", a.jwks)
	router.Handle("GET /v1/health", a.health)
	router.Handle("POST /v1/dev_browser", a.createDevBrowser)
	router.Handle("GET /v1/client/handshake", a.handshake)
	router.Handle("GET /v1/tickets/accept", a.acceptTicket)
	router.Handle("GET /v1/environment", a.environment)
	router.Handle("PATCH /v1/environment", a.environment)
	for pattern, op := range a.reverificationRoutes() {
		router.Handle(pattern, a.visit(op))
	}
	for pattern, op := range map[string]operation{
		"GET /v1/client":             a.getClient,
		"PUT /v1/client":             a.putClient,
		"POST /v1/client":            a.putClient,
		"DELETE /v1/client":          a.deleteClient,
		"DELETE /v1/client/sessions": a.signOutAll,

		"POST /v1/client/sign_ins":                                   a.createSignIn,
		"GET /v1/client/sign_ins/{sign_in_id}":                       a.onSignIn(func(*visit, *world.SignIn) error { return nil }),
		"POST /v1/client/sign_ins/{sign_in_id}/prepare_first_factor": a.onSignIn(a.prepareFirstFactor),
		"POST /v1/client/sign_ins/{sign_in_id}/attempt_first_factor": a.onSignIn(a.attemptFirstFactor),

		"POST /v1/client/sign_ins/{sign_in_id}/prepare_second_factor": a.onSignIn(a.prepareSecondFactor),
		"POST /v1/client/sign_ins/{sign_in_id}/attempt_second_factor": a.onSignIn(a.attemptSecondFactor),

		"POST /v1/client/sign_ups":                                   a.createSignUp,
		"GET /v1/client/sign_ups/{sign_up_id}":                       a.onSignUp(func(*visit, *world.SignUp) error { return nil }),
		"PATCH /v1/client/sign_ups/{sign_up_id}":                     a.onSignUp(a.updateSignUp),
		"POST /v1/client/sign_ups/{sign_up_id}/prepare_verification": a.onSignUp(a.prepareVerification),
		"POST /v1/client/sign_ups/{sign_up_id}/attempt_verification": a.onSignUp(a.attemptVerification),

		"GET /v1/client/sessions/{session_id}":                         a.getSession,
		"POST /v1/client/sessions/{session_id}/touch":                  a.touchSession,
		"POST /v1/client/sessions/{session_id}/end":                    a.endSession,
		"POST /v1/client/sessions/{session_id}/remove":                 a.removeSession,
		"POST /v1/client/sessions/{session_id}/tokens":                 a.createToken,
		"POST /v1/client/sessions/{session_id}/tokens/{template_name}": a.createTemplateToken,

		"GET /v1/me":                               a.me,
		"GET /v1/me/sessions":                      a.mySessions,
		"GET /v1/me/sessions/active":               a.myActiveSessions,
		"POST /v1/me/sessions/{session_id}/revoke": a.revokeMySession,
		"GET /v1/me/organization_memberships":      a.myMemberships,
	} {
		router.Handle(pattern, a.visit(op))
	}
	return a.crossOrigin(overrideMethod(router))
}

// on is the operation that takes a step of the attempt that the path names, and answers with the attempt.
func on[T any](find func(*visit) (T, error), step func(*visit, T) error, answer func(*visit, T) (any, error)) operation {
	return func(v *visit) (any, error) {
		attempt, err := find(v)
		if err != nil {
			return nil, err
		}
		if err := step(v, attempt); err != nil {
			return nil, err
		}
		return answer(v, attempt)
	}
}

func (a *api) reverificationRoutes() map[string]operation {
	const base = "POST /v1/client/sessions/{session_id}/verify"
	return map[string]operation{
		base:                            a.startReverification,
		base + "/prepare_first_factor":  a.prepareReverification,
		base + "/attempt_first_factor":  a.attemptReverification,
		base + "/prepare_second_factor": a.prepareSecondReverification,
		base + "/attempt_second_factor": a.attemptSecondReverification,
	}
}

// overrideMethod takes the method from _method: clerk-js sends only GET and POST, to avoid CORS preflights.
func overrideMethod(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			switch method := r.URL.Query().Get("_method"); method {
			case http.MethodPut, http.MethodPatch, http.MethodDelete:
				r = r.Clone(r.Context())
				r.Method = method
			}
		}
		next.ServeHTTP(w, r)
	})
}

// crossOrigin lets pages of allowed origins read the answers, for applications without a proxy.
func (a *api) crossOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Add("Vary", "Origin")
		if origin := r.Header.Get("Origin"); origin != "" && a.Origins.Allows(origin) {
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Allow-Credentials", "true")
			h.Set("Access-Control-Expose-Headers", "Clerk-Db-Jwt, Clerk-Trace-Id, Retry-After")
		}
		if r.Method == http.MethodOptions {
			h.Set("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE")
			h.Set("Access-Control-Allow-Headers", r.Header.Get("Access-Control-Request-Headers"))
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}
