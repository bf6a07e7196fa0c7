package backend

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/mint"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

const maxSkew = 300

// template is a JWT template in JSON.
type template struct {
	Object           string         `json:"object"`
	ID               string         `json:"id"`
	Name             string         `json:"name"`
	Claims           map[string]any `json:"claims"`
	Lifetime         int64          `json:"lifetime"`
	AllowedClockSkew int64          `json:"allowed_clock_skew"`
	CustomSigningKey bool           `json:"custom_signing_key"`
	SigningAlgorithm string         `json:"signing_algorithm"`
	CreatedAt        int64          `json:"created_at"`
	UpdatedAt        int64          `json:"updated_at"`
}

type templateParams struct {
	Name             string         `json:"name"`
	Claims           map[string]any `json:"claims"`
	Lifetime         *int64         `json:"lifetime"`
	AllowedClockSkew *int64         `json:"allowed_clock_skew"`
	CustomSigningKey bool           `json:"custom_signing_key"`
}

// seededTemplates are the minter's templates at the start.
func seededTemplates(c *core.Core) (out []*template) {
	for _, name := range slices.Sorted(maps.Keys(c.Minter.Templates)) {
		seeded, t := c.Minter.Templates[name], newTemplate(c.World.Now())
		t.Name, t.Claims = name, seeded.Claims
		if seeded.Lifetime != 0 {
			t.Lifetime = int64(seeded.Lifetime / time.Second)
		}
		out = append(out, t)
	}
	return out
}

func newTemplate(now time.Time) *template {
	return &template{
		Object: "jwt_template", ID: world.NewID("jtmp_"), Lifetime: int64(mint.DefaultLifetime / time.Second),
		AllowedClockSkew: int64(mint.DefaultSkew / time.Second), SigningAlgorithm: "RS256",
		CreatedAt: now.UnixMilli(), UpdatedAt: now.UnixMilli(),
	}
}

func (a *api) listTemplates(r *http.Request, _ []byte) (core.Reply, error) {
	all := slices.Clone(a.templates)
	slices.Reverse(all)
	return list(r.URL.Query(), all, theTemplate)
}

func (a *api) createTemplate(params templateParams) (template, error) {
	t := newTemplate(a.World.Now())
	out, err := a.updateTemplate(t, params)
	if err == nil {
		a.templates = append(a.templates, t)
	}
	return out, err
}

func (a *api) deleteTemplate(t *template) wire.Object {
	a.templates = slices.DeleteFunc(a.templates, func(o *template) bool { return o == t })
	delete(a.Minter.Templates, t.Name)
	return wire.NewDeleted("jwt_template", t.ID)
}

// updateTemplate also updates the minter. Only the instance's key signs tokens, so a template with its own key is refused.
func (a *api) updateTemplate(t *template, params templateParams) (template, error) {
	if err := a.checkTemplate(t, params); err != nil {
		return template{}, err
	}
	delete(a.Minter.Templates, t.Name)
	t.Name, t.Claims, t.UpdatedAt = params.Name, params.Claims, a.World.Now().UnixMilli()
	if params.Lifetime != nil {
		t.Lifetime = *params.Lifetime
	}
	if params.AllowedClockSkew != nil {
		t.AllowedClockSkew = *params.AllowedClockSkew
	}
	a.Minter.Templates[t.Name] = mint.Template{
		Claims: t.Claims, Lifetime: time.Duration(t.Lifetime) * time.Second, Skew: time.Duration(t.AllowedClockSkew) * time.Second,
	}
	return *t, nil
}

func (a *api) checkTemplate(t *template, params templateParams) error {
	_, taken := a.Minter.Templates[params.Name]
	switch {
	case params.Name == "":
		return apierr.Missing("name")
	case params.Claims == nil:
		return apierr.Missing("claims")
	case taken && params.Name != t.Name:
		return apierr.Param("form_identifier_exists", "name", "There is a JWT template with this name already.")
	case outside(params.Lifetime, shortestLifetime, longestLifetime):
		return apierr.Param("form_param_value_invalid", "lifetime", "lifetime must be from 30 to 315360000.")
	case outside(params.AllowedClockSkew, 0, maxSkew):
		return apierr.Param("form_param_value_invalid", "allowed_clock_skew", "allowed_clock_skew must be from 0 to 300.")
	case params.CustomSigningKey:
		return apierr.Param("form_param_value_invalid", "custom_signing_key", "Custom signing keys are not emulated.")
	}
	var problems []string
	for _, unknown := range mint.Check(params.Claims) {
		problems = append(problems, unknown.Claim+": "+unknown.Error())
	}
	if len(problems) > 0 {
		return apierr.Param("form_param_value_invalid", "claims", strings.Join(problems, "; ")+".")
	}
	return nil
}

func theTemplate(t *template) template { return *t }

func outside(n *int64, least, most int64) bool { return n != nil && (*n < least || *n > most) }

func (a *api) template(r *http.Request) (*template, error) {
	return named(r, "template_id", "JWT template", func(id string) *template {
		if i := slices.IndexFunc(a.templates, func(t *template) bool { return t.ID == id }); i >= 0 {
			return a.templates[i]
		}
		return nil
	})
}
