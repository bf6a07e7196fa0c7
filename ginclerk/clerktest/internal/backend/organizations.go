package backend

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// organizationParams are the fields that create and change an organization. Nil leaves a field unchanged.
type organizationParams struct {
	Name                  *string        `json:"name"`
	Slug                  *string        `json:"slug"`
	CreatedBy             string         `json:"created_by"`
	MaxAllowedMemberships *int           `json:"max_allowed_memberships"`
	AdminDeleteEnabled    *bool          `json:"admin_delete_enabled"`
	PublicMetadata        map[string]any `json:"public_metadata"`
	PrivateMetadata       map[string]any `json:"private_metadata"`
}

// listOrganizations always answers with the paginated form, as Clerk does.
func (a *api) listOrganizations(r *http.Request, _ []byte) (core.Reply, error) {
	query := r.URL.Query()
	found := slices.DeleteFunc(a.World.Organizations(), func(o *world.Organization) bool {
		members := wire.Each(a.World.MembersOf(o), func(m *world.Membership) string { return m.User.ID })
		words := strings.ToLower(strings.Join([]string{o.ID, o.Name, o.Slug}, "\n"))
		return !oneOf(query["organization_id"], o.ID) || !signed(query["user_id"], members...) ||
			!strings.Contains(words, strings.ToLower(query.Get("query")))
	})
	show, err := a.showOrganization(query)
	if err != nil {
		return core.Reply{}, err
	}
	return paginated(query, found, a.organizationOrders(), show)
}

func (a *api) getOrganization(r *http.Request, _ []byte) (core.Reply, error) {
	o, err := a.organization(r)
	if err != nil {
		return core.Reply{}, err
	}
	show, err := a.showOrganization(r.URL.Query())
	if err != nil {
		return core.Reply{}, err
	}
	return core.OK(show(o)), nil
}

// showOrganization shows the number of members only to those who ask for it.
func (a *api) showOrganization(query url.Values) (func(*world.Organization) wire.Object, error) {
	counted, _, err := core.Flag(query, "include_members_count")
	return func(o *world.Organization) wire.Object { return wire.NewBackendOrganization(a.World, o, counted) }, err
}

func (a *api) createOrganization(params organizationParams) (wire.Object, error) {
	if text(params.Name) == "" {
		return nil, apierr.Missing("name")
	}
	if text(params.Slug) == "" {
		slug := world.SlugOf(*params.Name)
		params.Slug = &slug
	}
	if err := a.checkOrganization(params, nil); err != nil {
		return nil, err
	}
	creator := a.World.User(params.CreatedBy)
	if params.CreatedBy != "" && creator == nil {
		return nil, apierr.Param("form_param_value_invalid", "created_by", "There is no such user.")
	}
	o := a.World.AddOrganization(world.NewOrganization{Name: *params.Name, Slug: *params.Slug})
	params.apply(o)
	if creator != nil {
		a.World.AddMember(o, creator, world.RoleAdmin, a.World.PermissionsOf(world.RoleAdmin))
	}
	return wire.NewBackendOrganization(a.World, o, false), nil
}

// updateOrganization replaces metadata that was sent: {} empties it.
func (a *api) updateOrganization(o *world.Organization, params organizationParams) (wire.Object, error) {
	if err := a.checkOrganization(params, o); err != nil {
		return nil, err
	}
	params.apply(o)
	a.World.ChangedOrganization(o)
	return wire.NewBackendOrganization(a.World, o, false), nil
}

// updateOrganizationMetadata merges; updateOrganization replaces.
func (a *api) updateOrganizationMetadata(o *world.Organization, params organizationParams) (wire.Object, error) {
	o.PublicMetadata = world.Merge(o.PublicMetadata, params.PublicMetadata)
	o.PrivateMetadata = world.Merge(o.PrivateMetadata, params.PrivateMetadata)
	a.World.ChangedOrganization(o)
	return wire.NewBackendOrganization(a.World, o, false), nil
}

func (a *api) deleteOrganization(o *world.Organization) wire.Object {
	a.World.RemoveOrganization(o)
	return wire.NewDeleted("organization", o.ID)
}

func (a *api) organization(r *http.Request) (*world.Organization, error) {
	return named(r, "organization_id", "organization", a.World.Organization)
}

// checkOrganization refuses a slug that is taken, and an invalid limit. The organization is nil before it exists.
func (a *api) checkOrganization(params organizationParams, self *world.Organization) error {
	if err := a.World.CheckSlug(text(params.Slug), self); err != nil {
		return err
	}
	if n := params.MaxAllowedMemberships; n != nil && *n < 0 {
		return apierr.Param("form_param_value_invalid", "max_allowed_memberships", "max_allowed_memberships must be 0 or more.")
	}
	return nil
}

func (p organizationParams) apply(o *world.Organization) {
	if text(p.Name) != "" {
		o.Name = *p.Name
	}
	if text(p.Slug) != "" {
		o.Slug = *p.Slug
	}
	if p.MaxAllowedMemberships != nil {
		o.MaxMemberships = *p.MaxAllowedMemberships
	}
	if p.AdminDeleteEnabled != nil {
		o.NoAdminDelete = !*p.AdminDeleteEnabled
	}
	if p.PublicMetadata != nil {
		o.PublicMetadata = p.PublicMetadata
	}
	if p.PrivateMetadata != nil {
		o.PrivateMetadata = p.PrivateMetadata
	}
}
