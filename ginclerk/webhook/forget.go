package webhook

import "encoding/json"

// forget drops what is remembered of the user whom the event changes. Like a revocation it comes before the claim, and again with every
// attempt: what is forgotten is only asked about once more.
func (r *Receiver) forget(event Event) {
	if r.config.Users == nil {
		return
	}
	switch event.Type {
	case UserCreated, UserUpdated, UserDeleted:
	default:
		return
	}
	var subject struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(event.Data, &subject); err == nil && subject.ID != "" {
		r.config.Users.Forget(subject.ID)
	}
}
