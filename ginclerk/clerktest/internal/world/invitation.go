package world

import (
	"net/http"
	"slices"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
)

// The states of an invitation, in Clerk's words.
const (
	InvitationPending  = "pending"
	InvitationAccepted = "accepted"
	InvitationRevoked  = "revoked"
)

// Invitation asks whoever has an e-mail address to join an organization. It sends no e-mail.
type Invitation struct {
	ID, Email            string
	Organization         *Organization
	Role, Status         string
	CreatedAt, UpdatedAt time.Time
}

// Invite creates an invitation.
func (w *World) Invite(o *Organization, email, role string) *Invitation {
	now := w.now()
	i := &Invitation{
		ID: NewID("orginv_"), Email: NormalizeEmail(email), Organization: o, Role: role, Status: InvitationPending, CreatedAt: now, UpdatedAt: now,
	}
	w.invitations.add(i.ID, i)
	return i
}

// CanInvite says why an address can't be invited: its user is a member, or it has an invitation.
func (w *World) CanInvite(o *Organization, email string) error {
	if u := w.UserByEmail(email); u != nil {
		if err := w.CanJoin(o, u); err != nil {
			return err
		}
	}
	for _, i := range w.InvitationsOf(o) {
		if i.Email == NormalizeEmail(email) && i.Status == InvitationPending {
			return apierr.Param("duplicate_record", "email_address", "There is a pending invitation to this address already.")
		}
	}
	return nil
}

// Invitation returns the invitation with the id, or nil.
func (w *World) Invitation(id string) *Invitation { return w.invitations.byID[id] }

// InvitationsOf returns the invitations of an organization, newest first.
func (w *World) InvitationsOf(o *Organization) []*Invitation {
	return w.invitations.newest(func(i *Invitation) bool { return i.Organization == o })
}

// InvitationsTo returns the invitations to the addresses of a user, newest first.
func (w *World) InvitationsTo(u *User) []*Invitation {
	return w.invitations.newest(func(i *Invitation) bool { return u.HasEmail(i.Email) })
}

// CloseInvitation makes a pending invitation accepted or revoked.
func (w *World) CloseInvitation(i *Invitation, status string) error {
	if i.Status != InvitationPending {
		return apierr.New(http.StatusBadRequest, "organization_invitation_not_pending", "This invitation is "+i.Status+" already.")
	}
	i.Status, i.UpdatedAt = status, w.now()
	return nil
}

// HasEmail reports whether this is one of the user's addresses.
func (u *User) HasEmail(address string) bool {
	address = NormalizeEmail(address)
	return slices.ContainsFunc(u.Emails, func(e *Email) bool { return e.Address == address })
}
