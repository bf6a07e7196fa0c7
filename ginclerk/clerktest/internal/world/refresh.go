package world

import "slices"

// Old refresh tokens stay valid, because several requests may carry the same one. Only this many are kept.
const refreshTokensPerSession = 32

// IssueRefresh returns a new refresh token for a session.
func (w *World) IssueRefresh(s *Session) string {
	token := NewSecret()
	s.refreshTokens = append(s.refreshTokens, token)
	if extra := len(s.refreshTokens) - refreshTokensPerSession; extra > 0 {
		s.refreshTokens = slices.Delete(s.refreshTokens, 0, extra)
	}
	return token
}

// AcceptsRefresh reports whether the refresh token belongs to this session, and the session is still signed in.
func (s *Session) AcceptsRefresh(token string) bool {
	return s.SignedIn() && token != "" && slices.Contains(s.refreshTokens, token)
}
