package frontend

import (
	"net/http"
	"slices"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
	"github.com/ginclerk/ginclerk/internal/documented"
)

type api struct {
	*core.Core
}

// route is an operation with the names of its parameters, separated by spaces.
type route struct {
	pattern, takes string
	answer         operation
}

// Parameters of several operations. Those of clerkJS say who sends a request, and how.
const (
	clerkJS = "__clerk_api_version _clerk_js_version _clerk_session_id _clerk_retry_attempt _method __clerk_db_jwt __domain" +
		" __clerk_testing_token rotating_token_nonce "
	// human has no effect here, except for the addresses of pages, which the social provider needs: the server has no bot protection.
	human = " locale timezone captcha_token captcha_error captcha_widget_type redirect_url action_complete_redirect_url" +
		" __clerk_protect_token __clerk_protect_status __clerk_protect_cid __clerk_protect_assertion"
	account = "strategy email_address phone_number username password first_name last_name unsafe_metadata" + human
)

// New returns the Frontend API; without rate limits, the limit is nil. Paths begin with /v1 or /.well-known.
func New(c *core.Core, limit *core.Limit) http.Handler {
	a := &api{c}
	return a.crossOrigin(overrideMethod(a.router(limit)))
}

// Patterns returns the patterns of the operations.
func Patterns(c *core.Core) []string { return (&api{c}).router(nil).Patterns() }

func (a *api) router(limit *core.Limit) *core.Router {
	router := core.NewRouter(a.Core, limit, documented.Operations(documented.Frontend))
	for _, r := range []struct {
		pattern, takes string
		answer         core.Operation
	}{
		{"GET /.well-known/jwks.json", "", a.jwks},
		{"GET /v1/health", "", a.health},
		{"POST /v1/dev_browser", "", a.createDevBrowser},
		{
			"GET /v1/client/handshake",
			"redirect_url format organization_id suffixed_cookies __clerk_hs_reason __session", a.handshake,
		},
		{"GET /v1/tickets/accept", "ticket redirect_url", a.acceptTicket},
		{"GET /v1/oauth_provider", "state", a.providerPage},
		{"GET /v1/oauth_callback", "state email_address error", a.providerAnswered},
		{"GET /v1/environment", "", a.environment},
		{"PATCH /v1/environment", "", a.environment},
	} {
		router.Handle(r.pattern, router.Taking(clerkJS+r.takes, r.answer))
	}
	for _, r := range slices.Concat(a.attemptRoutes(), a.sessionRoutes(), a.reverificationRoutes(), a.organizationRoutes()) {
		router.Handle(r.pattern, router.Taking(clerkJS+r.takes, a.visit(r.answer)))
	}
	return router
}

func (a *api) attemptRoutes() []route {
	const signIn, signUp = "/v1/client/sign_ins", "/v1/client/sign_ups"
	unchanged := func(*visit, *world.SignIn) error { return nil }
	return []route{
		{"POST " + signIn, "strategy identifier password ticket transfer" + human, a.createSignIn},
		{"GET " + signIn + "/{sign_in_id}", "", a.onSignIn(unchanged)},
		{"POST " + signIn + "/{sign_in_id}/prepare_first_factor", "strategy email_address_id phone_number_id default" + human, a.onSignIn(a.prepareFirstFactor)},
		{"POST " + signIn + "/{sign_in_id}/attempt_first_factor", "strategy code password" + human, a.onSignIn(a.attemptFirstFactor)},
		{"POST " + signIn + "/{sign_in_id}/prepare_second_factor", "strategy" + human, a.onSignIn(a.prepareSecondFactor)},
		{"POST " + signIn + "/{sign_in_id}/attempt_second_factor", "strategy code" + human, a.onSignIn(a.attemptSecondFactor)},
		{"POST " + signIn + "/{sign_in_id}/reset_password", "password sign_out_of_other_sessions" + human, a.onSignIn(a.resetPassword)},

		{"POST " + signUp, account + " transfer", a.createSignUp},
		{"GET " + signUp + "/{sign_up_id}", "", a.onSignUp(func(*visit, *world.SignUp) error { return nil })},
		{"PATCH " + signUp + "/{sign_up_id}", account, a.onSignUp(a.updateSignUp)},
		{"POST " + signUp + "/{sign_up_id}/prepare_verification", "strategy" + human, a.onSignUp(a.prepareVerification)},
		{"POST " + signUp + "/{sign_up_id}/attempt_verification", "strategy code" + human, a.onSignUp(a.attemptVerification)},
	}
}

func (a *api) sessionRoutes() []route {
	const session = "/v1/client/sessions/{session_id}"
	return []route{
		{"GET /v1/client", "", a.getClient},
		{"PUT /v1/client", "", a.putClient},
		{"POST /v1/client", "", a.putClient},
		{"DELETE /v1/client", "", a.deleteClient},
		{"DELETE /v1/client/sessions", "", a.signOutAll},

		{"GET " + session, "", about(a.session, a.withSession)},
		{"POST " + session + "/touch", "active_organization_id intent", about(a.signedIn, a.touchSession)}, // intent says why
		{"POST " + session + "/end", "", about(a.session, a.finish(world.StatusEnded))},
		{"POST " + session + "/remove", "", about(a.session, a.finish(world.StatusRemoved))},
		// The others are about Clerk's cache of tokens, which this server doesn't have.
		{"POST " + session + "/tokens", "organization_id tab_state token force_origin debug expired_token", about(a.signedIn, a.createToken)},
		{"POST " + session + "/tokens/{template_name}", "debug expired_token", about(a.signedIn, a.createTemplateToken)},

		{"GET /v1/me", "", about(a.current, a.me)},
		{"PATCH /v1/me", "first_name last_name username primary_email_address_id", about(a.current, a.updateMe)},
		{"DELETE /v1/me", "", about(a.current, a.deleteMe)},
		{
			"POST /v1/me/change_password", "current_password new_password sign_out_of_other_sessions",
			about(a.current, a.changePassword),
		},
		{"GET /v1/me/sessions", "", about(a.current, a.mySessions)},
		{"GET /v1/me/sessions/active", "", about(a.current, a.myActiveSessions)},
		{"POST /v1/me/sessions/{session_id}/revoke", "", about(a.current, a.revokeMySession)},
		{"GET /v1/me/organization_memberships", "limit offset paginated", about(a.current, a.myMemberships)},
		{"DELETE /v1/me/organization_memberships/{organization_id}", "", a.asMember("", a.leave)},
		{"GET /v1/me/organization_invitations", "limit offset status", about(a.current, a.myInvitations)},
		{"POST /v1/me/organization_invitations/{invitation_id}/accept", "", about(a.current, a.acceptInvitation)},
		{"GET /v1/me/organization_suggestions", "limit offset status", about(a.current, a.mySuggestions)},
	}
}

// about is the operation that answers about what the request names.
func about[T any](find func(*visit) (T, error), answer func(*visit, T) (any, error)) operation {
	return func(v *visit) (any, error) {
		found, err := find(v)
		if err != nil {
			return nil, err
		}
		return answer(v, found)
	}
}

// on is the operation that takes a step of the attempt that the path names, and answers with the attempt.
func on[T any](find func(*visit) (T, error), step func(*visit, T) error, answer func(*visit, T) (any, error)) operation {
	return about(find, func(v *visit, attempt T) (any, error) {
		if err := step(v, attempt); err != nil {
			return nil, err
		}
		return answer(v, attempt)
	})
}

func (a *api) reverificationRoutes() []route {
	const verify = "POST /v1/client/sessions/{session_id}/verify"
	return []route{
		{verify, "level", a.startReverification},
		{verify + "/prepare_first_factor", "strategy email_address_id", a.prepareReverification},
		{verify + "/attempt_first_factor", "strategy code password", a.attemptReverification},
		{verify + "/prepare_second_factor", "strategy", a.prepareSecondReverification},
		{verify + "/attempt_second_factor", "strategy code", a.attemptSecondReverification},
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
