package clerkapi

import (
	"context"
	"errors"
	"net/http"

	"github.com/clerk/clerk-sdk-go/v2"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// maxMachineToken is much longer than every token that Clerk makes.
const maxMachineToken = 4 << 10

// VerifyMachineToken asks Clerk about an opaque machine token and returns Clerk's answer. The error is [ErrNotFound] for a token
// that Clerk does not have, and [ErrInactive] for a revoked, expired or inactive token, which Clerk's SDK accepts. Both errors
// are also a [*token.Error] with token.ReasonInvalid. If Clerk refuses the secret key with 401, the error is one with
// token.ReasonSecretKeyInvalid. These are the reasons of Clerk's SDKs (@clerk/backend, file tokens/verify.ts). For a kind that is
// not opaque, such as token.TypeSession, the error is [ErrNotFound].
//
// An M2M token is asked about with the machine's secret key, if there is one: Clerk does not have tokens that are not meant for that machine.
//
// POST /api_keys/verify, /m2m_tokens/verify and /oauth_applications/access_tokens/verify, without a version in the path.
func (c *Client) VerifyMachineToken(ctx context.Context, kind token.Type, raw string) (*token.MachineToken, error) {
	answer, err := c.verifyMachine(ctx, kind, raw)
	if err != nil {
		return nil, withReason(err)
	}
	return answer.machine(kind), nil
}

// machineQuestion is the call that asks Clerk about a machine token of one kind.
type machineQuestion struct {
	op, path, object string // the name of the call, its path, and the object that Clerk answers with
	params           clerk.Params
}

type apiKeyParams struct {
	clerk.APIParams
	Secret string `json:"secret"`
}

type m2mTokenParams struct {
	clerk.APIParams
	Token string `json:"token"`
}

type accessTokenParams struct {
	clerk.APIParams
	AccessToken string `json:"access_token"`
}

// questionAbout returns the call for a kind, and false for a kind without a call.
func questionAbout(kind token.Type, raw string) (machineQuestion, bool) {
	switch kind {
	case token.TypeAPIKey:
		return machineQuestion{"verify api key", "/api_keys/verify", "api_key", &apiKeyParams{Secret: raw}}, true
	case token.TypeM2M:
		return machineQuestion{"verify m2m token", "/m2m_tokens/verify", "machine_to_machine_token", &m2mTokenParams{Token: raw}}, true
	case token.TypeOAuth:
		return machineQuestion{
			"verify oauth access token", "/oauth_applications/access_tokens/verify", "clerk_idp_oauth_access_token",
			&accessTokenParams{AccessToken: raw},
		}, true
	default:
		return machineQuestion{}, false
	}
}

// verifyMachine returns Clerk's answer about a valid token.
func (c *Client) verifyMachine(ctx context.Context, kind token.Type, raw string) (*machineAnswer, error) {
	q, known := questionAbout(kind, raw)
	if !known {
		return nil, noSuch("verify machine token")
	}
	if raw == "" || len(raw) > maxMachineToken {
		return nil, noSuch(q.op)
	}
	req := clerk.NewAPIRequest(http.MethodPost, q.path)
	req.SetParams(q.params)
	var out machineAnswer
	api := c.unversioned
	if kind == token.TypeM2M {
		api = c.machine
	}
	if err := failure(ctx, q.op, api.Call(named(ctx, q.op), req, &out)); err != nil {
		return nil, err
	}
	switch {
	case out.inactive():
		return nil, &Error{Op: q.op, Status: http.StatusOK, kind: ErrInactive}
	case out.Object != q.object || out.ID == "" || out.Subject == "" || out.Revoked == nil || out.Expired == nil:
		return nil, garbage(q.op)
	default:
		return &out, nil
	}
}

// withReason adds the reason of Clerk's SDKs to an error, if they have one for it.
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

type newM2MTokenParams struct {
	clerk.APIParams
	Format  string `json:"token_format"`
	Seconds int    `json:"seconds_until_expiration"`
}

// MachineID returns the id of the machine that the machine's secret key is of. Clerk has no call that answers this: its answer to a machine
// that makes a token has the machine's id. The token is a JWT, which Clerk does not keep, and lives for a second. Without a machine's
// secret key the error is [ErrUnauthorized].
//
// POST /m2m_tokens.
func (c *Client) MachineID(ctx context.Context) (string, error) {
	const op = "make m2m token"
	req := clerk.NewAPIRequest(http.MethodPost, "/m2m_tokens")
	req.SetParams(&newM2MTokenParams{Format: "jwt", Seconds: 1})
	var out machineAnswer
	if err := failure(ctx, op, c.machine.Call(named(ctx, op), req, &out)); err != nil {
		return "", err
	}
	if out.Object != "machine_to_machine_token" || !validID(out.Subject, prefixMachine) {
		return "", garbage(op)
	}
	return out.Subject, nil
}
