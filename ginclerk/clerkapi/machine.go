package clerkapi

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/clerk/clerk-sdk-go/v2"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// maxMachineToken is far above the length of any token that Clerk makes.
const maxMachineToken = 4 << 10

// VerifyMachineToken asks Clerk about an opaque machine token and returns what it says of it. A token that Clerk does not
// know is [ErrNotFound]; one that it knows as revoked, expired or inactive is [ErrInactive], although Clerk's own SDK takes
// it. Both are also a [*token.Error] with token.ReasonInvalid, and a secret key that is refused with 401 is one with
// token.ReasonSecretKeyInvalid: the reasons that Clerk's SDKs give (@clerk/backend, file tokens/verify.ts). Of a kind
// that is not opaque, such as token.TypeSession, no token is known.
//
// POST /api_keys/verify, /m2m_tokens/verify and /oauth_applications/access_tokens/verify, without a version in the path.
func (c *Client) VerifyMachineToken(ctx context.Context, kind token.Type, raw string) (*token.MachineToken, error) {
	var machine *token.MachineToken
	var err error
	switch kind {
	case token.TypeAPIKey:
		machine, err = c.verifyAPIKey(ctx, raw)
	case token.TypeM2M:
		machine, err = c.verifyM2MToken(ctx, raw)
	case token.TypeOAuth:
		machine, err = c.verifyOAuthToken(ctx, raw)
	default:
		err = noSuch("verify machine token")
	}
	if err != nil {
		return nil, withReason(err)
	}
	return machine, nil
}

type apiKeyParams struct {
	clerk.APIParams
	Secret string `json:"secret"`
}

func (c *Client) verifyAPIKey(ctx context.Context, raw string) (*token.MachineToken, error) {
	const op = "verify api key"
	out, err := c.verifyMachine(ctx, op, raw, "/api_keys/verify", "api_key", &apiKeyParams{Secret: raw})
	if err != nil {
		return nil, err
	}
	machine := out.machine(token.TypeAPIKey)
	machine.Name, machine.Claims = out.Name, out.claims()
	if strings.HasPrefix(out.Subject, prefixUser) {
		machine.UserID = out.Subject
	}
	if strings.HasPrefix(out.Subject, prefixOrganization) {
		machine.OrganizationID = out.Subject
	}
	return machine, nil
}

type m2mTokenParams struct {
	clerk.APIParams
	Token string `json:"token"`
}

func (c *Client) verifyM2MToken(ctx context.Context, raw string) (*token.MachineToken, error) {
	const op = "verify m2m token"
	out, err := c.verifyMachine(ctx, op, raw, "/m2m_tokens/verify", "machine_to_machine_token", &m2mTokenParams{Token: raw})
	if err != nil {
		return nil, err
	}
	machine := out.machine(token.TypeM2M)
	machine.MachineID, machine.Claims = out.Subject, out.claims()
	return machine, nil
}

type accessTokenParams struct {
	clerk.APIParams
	AccessToken string `json:"access_token"`
}

func (c *Client) verifyOAuthToken(ctx context.Context, raw string) (*token.MachineToken, error) {
	const op = "verify oauth access token"
	out, err := c.verifyMachine(ctx, op, raw, "/oauth_applications/access_tokens/verify", "clerk_idp_oauth_access_token",
		&accessTokenParams{AccessToken: raw})
	if err != nil {
		return nil, err
	}
	machine := out.machine(token.TypeOAuth)
	machine.UserID, machine.ClientID, machine.Audiences = out.Subject, out.ClientID, out.audiences()
	return machine, nil
}

// verifyMachine returns an answer about a good token, whole.
func (c *Client) verifyMachine(
	ctx context.Context, op, raw, path, object string, params clerk.Params,
) (*machineAnswer, error) {
	if raw == "" || len(raw) > maxMachineToken {
		return nil, noSuch(op)
	}
	req := clerk.NewAPIRequest(http.MethodPost, path)
	req.SetParams(params)
	var out machineAnswer
	if err := failure(ctx, op, c.unversioned.Call(named(ctx, op), req, &out)); err != nil {
		return nil, err
	}
	switch {
	case out.inactive():
		return nil, &Error{Op: op, Status: http.StatusOK, kind: ErrInactive}
	case out.Object != object || out.ID == "" || out.Subject == "" || out.Revoked == nil || out.Expired == nil:
		return nil, garbage(op)
	default:
		return &out, nil
	}
}

// withReason gives an error the reason that Clerk's SDKs have for it, where they have one.
func withReason(err error) error {
	answer, answered := errors.AsType[*Error](err)
	switch {
	case errors.Is(err, ErrNotFound), errors.Is(err, ErrInactive):
		return &token.Error{Reason: token.ReasonInvalid, Err: err}
	case answered && answer.Status == http.StatusUnauthorized && errors.Is(err, ErrUnauthorized):
		return &token.Error{Reason: token.ReasonSecretKeyInvalid, Err: err}
	default:
		return err
	}
}
