package webhook

// forget drops what is remembered of the user whom the event changes. Like a revocation it comes before the claim, and again with every
// attempt: what is forgotten is only asked about once more.
func (r *Receiver) forget(event Event) {
	if r.config.Users == nil {
		return
	}
	var id string
	var err error
	switch event.Type {
	case UserCreated, UserUpdated, UserDeleted:
		id, err = idOf(event)
	case OrganizationMembershipCreated, OrganizationMembershipUpdated, OrganizationMembershipDeleted:
		_, id, err = readMember(event)
	default:
		return
	}
	if err == nil {
		r.config.Users.Forget(id)
	}
}
