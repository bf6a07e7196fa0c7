package world

import "time"

type handshake struct {
	directives []string
	expires    time.Time
}

// KeepHandshake stores the cookies of a handshake and returns their nonce.
func (w *World) KeepHandshake(directives []string) string {
	nonce := NewSecret()
	w.handshakes[nonce] = handshake{directives: directives, expires: w.now().Add(HandshakeLifetime)}
	return nonce
}

// Handshake returns the cookies of a nonce. [World.Sweep] drops them when they expire. Until then they can be read again: an
// application that lost the first answer must not sign its user out.
func (w *World) Handshake(nonce string) (directives []string, found bool) {
	h, found := w.handshakes[nonce]
	return h.directives, found
}
