package backend

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/mint"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// maxCredentials is the longest page of API keys and of M2M tokens.
const maxCredentials = 100

type m2mParams struct {
	TokenFormat            string         `json:"token_format"`
	SecondsUntilExpiration *float64       `json:"seconds_until_expiration"`
	Claims                 map[string]any `json:"claims"`
	MinRemainingTTLSeconds *int64         `json:"min_remaining_ttl_seconds"`
}

// createM2MToken is only for machines: the token's subject is the machine that creates it.
func (a *api) createM2MToken(r *http.Request, body []byte) (core.Reply, error) {
	caller := a.caller(r)
	if caller == nil {
		return core.Reply{}, apierr.New(http.StatusUnauthorized, "authentication_invalid", "M2M tokens are made with a machine's secret key.")
	}
	params, err := readM2M(body)
	if err != nil {
		return core.Reply{}, err
	}
	expires := a.World.Now().Add(caller.TokenLifetime)
	if params.SecondsUntilExpiration != nil {
		if expires, err = a.expiry(params.SecondsUntilExpiration); err != nil {
			return core.Reply{}, err
		}
	}
	made := world.MachineToken{
		Kind: world.MachineM2M, Subject: caller.ID, Scopes: caller.ScopeIDs(), Claims: params.Claims, ExpireAt: expires,
	}
	if params.TokenFormat == "jwt" {
		return a.mintM2M(made)
	}
	t, err := a.reusable(made, params.MinRemainingTTLSeconds)
	if err != nil {
		return core.Reply{}, err
	}
	if t == nil {
		t = a.World.AddMachineToken(made)
	}
	return a.createdM2M(t, t.Secret), nil
}

func readM2M(body []byte) (m2mParams, error) {
	var params m2mParams
	if err := decode(body, &params); err != nil {
		return params, err
	}
	if !slices.Contains([]string{"", "opaque", "jwt"}, params.TokenFormat) {
		return params, badRequest(apierr.Param("form_param_value_invalid", "token_format", "token_format must be opaque or jwt."))
	}
	for name := range params.Claims {
		if params.TokenFormat == "jwt" && mint.Reserved(name) {
			return params, badRequest(apierr.Param("form_param_value_invalid", "claims", "The claim "+name+" is reserved."))
		}
	}
	return params, nil
}

// mintM2M answers with a token that the world does not keep.
func (a *api) mintM2M(made world.MachineToken) (core.Reply, error) {
	t := a.World.NewMachineToken(made)
	token, err := a.Minter.M2M(t)
	return a.createdM2M(t, token), err
}

func (a *api) createdM2M(t *world.MachineToken, token string) core.Reply {
	return core.Reply{Status: http.StatusCreated, Body: wire.NewM2MToken(t, a.World.Now()).With("token", token)}
}

// reusable returns a matching token that lives long enough, or nil.
func (a *api) reusable(made world.MachineToken, remaining *int64) (*world.MachineToken, error) {
	if remaining == nil {
		return nil, nil //nolint:nilnil // the request does not ask for one
	}
	atLeast := a.World.Now().Add(time.Duration(*remaining) * time.Second)
	if outside(remaining, 0, longestLifetime) || !atLeast.Before(made.ExpireAt) {
		return nil, badRequest(apierr.Param("form_param_value_invalid", "min_remaining_ttl_seconds",
			"min_remaining_ttl_seconds must be less than the token's lifetime."))
	}
	for _, t := range a.World.MachineTokensOf(made.Kind, made.Subject) {
		if !t.Revoked && !t.ExpireAt.Before(atLeast) && slices.Equal(t.Scopes, made.Scopes) && reflect.DeepEqual(t.Claims, made.Claims) {
			return t, nil
		}
	}
	return nil, nil //nolint:nilnil // no token matches, which is not an error
}

// listM2MTokens has a form of its own. A machine sees only its own tokens.
func (a *api) listM2MTokens(r *http.Request, _ []byte) (core.Reply, error) {
	query, caller := r.URL.Query(), a.caller(r)
	p, err := readCredentialPage(query)
	if err != nil {
		return core.Reply{}, err
	}
	subject := query.Get("subject")
	switch {
	case subject == "":
		return core.Reply{}, badRequest(apierr.Missing("subject"))
	case caller != nil && caller.ID != subject:
		return core.Reply{}, apierr.New(http.StatusForbidden, "authorization_invalid", "A machine may see its own tokens alone.")
	case a.World.Machine(subject) == nil:
		return core.Reply{}, apierr.NotFound("machine", subject)
	}
	revokedToo, _, badRevoked := core.Flag(query, "revoked")
	expiredToo, _, badExpired := core.Flag(query, "expired")
	if err := cmp.Or(badRevoked, badExpired); err != nil {
		return core.Reply{}, asBadRequest(err)
	}
	now := a.World.Now()
	found := slices.DeleteFunc(a.World.MachineTokensOf(world.MachineM2M, subject), func(t *world.MachineToken) bool {
		return t.Revoked && !revokedToo || t.Expired(now) && !expiredToo
	})
	page := wire.Each(core.Cut(p, found), func(t *world.MachineToken) wire.Object { return wire.NewM2MToken(t, now) })
	return core.OK(wire.Object{"m2m_tokens": page, "total_count": len(found)}), nil
}

// readCredentialPage has its own limits, and answers 400.
func readCredentialPage(query url.Values) (core.Page, error) {
	limit, err := core.Number(query, "limit", core.DefaultLimit, 1, maxCredentials)
	if err != nil {
		return core.Page{}, asBadRequest(err)
	}
	offset, err := core.Number(query, "offset", 0, 0, core.MaxOffset)
	return core.Page{Limit: limit, Offset: offset}, asBadRequest(err)
}

// decodeClaims reads an object, or null.
func decodeClaims(raw json.RawMessage) (claims map[string]any, err error) {
	if err := json.Unmarshal(raw, &claims); err != nil {
		return nil, badRequest(apierr.Param("form_param_value_invalid", "claims", "claims must be an object."))
	}
	return claims, nil
}
