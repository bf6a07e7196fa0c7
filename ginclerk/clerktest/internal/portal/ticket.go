package portal

// paramTicket has a sign-in token or an actor token. The sign-in page uses it at once, as Clerk's page does by script.
const paramTicket = "__clerk_ticket"

// useTicket signs in the user that the ticket names. If that user is already signed in here, their account becomes the current
// one. An actor never gets a user's own session.
func (p *portal) useTicket(v *visit) (answer, error) {
	t := p.World.TicketByToken(v.request.URL.Query().Get(paramTicket))
	if err := p.World.CheckTicket(t); err != nil {
		return answer{}, err
	}
	if s := v.client().SessionOf(t.User); s != nil && t.Actor == nil {
		return p.arrive(v, s)
	}
	attempt, err := p.World.SignInByTicket(v.client(), t, v.activity())
	if err != nil {
		return answer{}, err
	}
	return p.arrive(v, p.World.Session(attempt.CreatedSessionID))
}
