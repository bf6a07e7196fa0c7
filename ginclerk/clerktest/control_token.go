package clerktest

import (
	"net/http"
	"time"
)

// controlToken answers with a session token of a user.
func (s *Server) controlToken(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Email           string `json:"email"`
		AuthorizedParty string `json:"authorized_party"`
		Lifetime        string `json:"lifetime"`
	}
	if !readControl(w, r, &body) {
		return
	}
	options := TokenOptions{AuthorizedParty: body.AuthorizedParty}
	if body.Lifetime != "" {
		var err error
		if options.Lifetime, err = time.ParseDuration(body.Lifetime); err != nil {
			http.Error(w, "field lifetime: "+err.Error(), http.StatusBadRequest)
			return
		}
	}
	token, of, err := s.tokenOf(body.Email, options)
	if err != nil {
		http.Error(w, "field email: "+err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	reply(w, map[string]string{"token": token, "user_id": of.UserID, "session_id": of.ID})
}
