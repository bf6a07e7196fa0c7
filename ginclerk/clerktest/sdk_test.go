package clerktest_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/clerk/clerk-sdk-go/v2"
	"github.com/clerk/clerk-sdk-go/v2/client"
	"github.com/clerk/clerk-sdk-go/v2/jwks"
	"github.com/clerk/clerk-sdk-go/v2/jwt"
	clerksession "github.com/clerk/clerk-sdk-go/v2/session"
	clerkuser "github.com/clerk/clerk-sdk-go/v2/user"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func sdkConfig(srv *clerktest.Server) *clerk.ClientConfig {
	config := &clerk.ClientConfig{}
	config.Key = clerk.String(srv.SecretKey())
	config.URL = clerk.String(srv.BackendURL() + "/v1")
	config.HTTPClient = &http.Client{Transport: checked(&http.Transport{DisableKeepAlives: true})}
	return config
}

// In these tests Clerk's own client reads the answers.

func TestClerksGoSDKReadsSessions(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	config := sdkConfig(srv)
	sessions := clerksession.NewClient(config)
	list, err := sessions.List(t.Context(), &clerksession.ListParams{UserID: clerk.String(userID(t, srv, "dana@example.com"))})
	if err != nil || list.TotalCount != 4 || len(list.Sessions) != 4 {
		t.Fatalf("list %+v: %v", list, err)
	}
	one, err := sessions.Get(t.Context(), list.Sessions[1].ID)
	if err != nil || one.LatestActivity == nil || *one.LatestActivity.DeviceType != "iPhone" {
		t.Errorf("get %+v: %v", one, err)
	}
	revoked, err := sessions.Revoke(t.Context(), &clerksession.RevokeParams{ID: one.ID})
	if err != nil || revoked.Status != "revoked" {
		t.Errorf("revoke %+v: %v", revoked, err)
	}
	browser, err := client.NewClient(config).Get(t.Context(), one.ClientID)
	if err != nil || len(browser.Sessions) != 1 {
		t.Errorf("client %+v: %v", browser, err)
	}
	_, err = sessions.Get(t.Context(), "sess_unknown")
	apiErr, ok := errors.AsType[*clerk.APIErrorResponse](err)
	if !ok || apiErr.HTTPStatusCode != http.StatusNotFound || apiErr.TraceID == "" || apiErr.Errors[0].Code != "resource_not_found" {
		t.Errorf("error %v", err)
	}
}

func TestClerksGoSDKReadsUsers(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	users, dana := clerkuser.NewClient(sdkConfig(srv)), userID(t, srv, "dana@example.com")
	list, err := users.List(t.Context(), &clerkuser.ListParams{EmailAddresses: []string{"dana@example.com"}})
	if err != nil || list.TotalCount != 1 || list.Users[0].ID != dana {
		t.Fatalf("list %+v: %v", list, err)
	}
	one, err := users.Get(t.Context(), dana)
	if err != nil || *one.FirstName != "Dana" || one.EmailAddresses[0].Verification.Status != "verified" {
		t.Errorf("get %+v: %v", one, err)
	}
	memberships, err := users.ListOrganizationMemberships(t.Context(), dana, &clerkuser.ListOrganizationMembershipsParams{})
	if err != nil || memberships.TotalCount != 1 || memberships.OrganizationMemberships[0].Role != "org:member" {
		t.Errorf("memberships %+v: %v", memberships, err)
	}
}

func TestClerksGoSDKVerifiesTokens(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	s := session(t, srv, "ada@example.com", clerktest.SessionOptions{OrganizationID: "acme"})
	token, err := srv.MintToken(s.ID, clerktest.TokenOptions{AuthorizedParty: appOrigin})
	if err != nil {
		t.Fatal(err)
	}
	claims, err := jwt.Verify(t.Context(), &jwt.VerifyParams{Token: token, JWKSClient: jwks.NewClient(sdkConfig(srv))})
	if err != nil {
		t.Fatal(err)
	}
	if claims.SessionID != s.ID || claims.ActiveOrganizationSlug != "acme" || !claims.HasPermission("org:billing:manage") {
		t.Errorf("claims %+v", claims)
	}
}
