package ginclerk_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

const membershipChanged = string(reason.MembershipChanged)

// membersApp is an application with a page for members, one for admins and one for everybody.
func membersApp(t *testing.T, options ...setup) *app {
	t.Helper()
	a := newApp(t, options...)
	a.clerk.MountProxy(a.engine)
	a.engine.Use(a.clerk.Attach())
	says := func(c *gin.Context) {
		c.Header(ranHeader, "true")
		auth := ginclerk.From(c)
		if !auth.SignedIn() {
			c.String(http.StatusOK, "nobody: %s", auth.Reason)
			return
		}
		c.String(http.StatusOK, "%s as %s", auth.OrganizationSlug, auth.OrganizationRole)
	}
	a.engine.Any("/", says)
	a.engine.Any("/where", a.clerk.RequireSession(), says)
	a.engine.Any("/admin", a.clerk.Require(ginclerk.Role("org:admin")), says)
	return a
}

func (a *app) organization(t *testing.T, slug string) string {
	t.Helper()
	id, err := a.server.OrganizationID(slug)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// demote makes an admin of Acme a member at Clerk.
func (a *app) demote(t *testing.T, email string) {
	t.Helper()
	a.backend(t, http.MethodPatch, "/v1/organizations/"+a.organization(t, "acme")+"/memberships/"+a.userID(t, email), `{"role":"org:member"}`)
}

// remove ends a membership in Acme at Clerk.
func (a *app) remove(t *testing.T, email string) {
	t.Helper()
	a.backend(t, http.MethodDelete, "/v1/organizations/"+a.organization(t, "acme")+"/memberships/"+a.userID(t, email), "")
}

// What a token says of an organization is refused by an entry of that organization and user, or of all of its members, for the tokens
// so far. Nothing else is.
func TestWhichTokensAChangedMembershipTakes(t *testing.T) {
	t.Parallel()
	const refused, accepted = http.StatusUnauthorized, http.StatusOK
	for _, row := range []struct {
		name     string
		entry    func(now time.Time, of ids) revocation.Entry
		user, in string        // whose token, with which organization active
		issued   time.Duration // after the change
		asked    time.Duration // after the change
		want     int
	}{
		{"before the change", oneMember, ada, "acme", -time.Second, 0, refused},
		{"in the same second", oneMember, ada, "acme", 0, 0, refused},
		{"a second later", oneMember, ada, "acme", time.Second, time.Second, accepted},
		{"before the change, much later", oneMember, ada, "acme", -time.Second, 23 * time.Hour, refused},
		{"another member's", oneMember, bob, "acme", -time.Second, 0, accepted},
		{"the user's, in the personal account", oneMember, ada, "", -time.Second, 0, accepted},
		{"the user's, in another organization", func(now time.Time, of ids) revocation.Entry {
			return revocation.Entry{OrganizationID: of.globex, UserID: of.ada, IssuedBefore: now}
		}, ada, "acme", -time.Second, 0, accepted},
		{"of all members", everyMember, bob, "acme", -time.Second, 0, refused},
		{"of all members, a second later", everyMember, bob, "acme", time.Second, time.Second, accepted},
		{"of all members of another organization", func(now time.Time, of ids) revocation.Entry {
			return revocation.Entry{OrganizationID: of.globex, IssuedBefore: now}
		}, bob, "acme", -time.Second, 0, accepted},
		{"of all members, in the personal account", everyMember, bob, "", -time.Second, 0, accepted},
		{"an organization's id as a user's", func(now time.Time, of ids) revocation.Entry {
			return revocation.Entry{OrganizationID: of.ada, UserID: of.acme, IssuedBefore: now}
		}, ada, "acme", -time.Second, 0, accepted},
		{"an entry without a time is of now", func(_ time.Time, of ids) revocation.Entry {
			return revocation.Entry{OrganizationID: of.acme, UserID: of.ada}
		}, ada, "acme", 0, 0, refused},
		{"an entry that says to end at once lasts for as long as a token can", func(now time.Time, of ids) revocation.Entry {
			return revocation.Entry{OrganizationID: of.acme, UserID: of.ada, IssuedBefore: now, Until: now.Add(time.Second)}
		}, ada, "acme", 0, time.Hour, refused},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := membersApp(t)
			s := a.session(t, row.user, clerktest.SessionOptions{OrganizationID: row.in})
			changed := a.clock.Now().Add(time.Minute)
			a.clock.Advance(time.Minute + row.issued)
			raw := a.mint(t, s.ID, clerktest.TokenOptions{Lifetime: 23*time.Hour + 30*time.Minute})
			sender := bearer(raw)
			a.ask(http.MethodGet, "/where", program, sender).wantStatus(t, accepted)
			a.clock.Advance(max(0, -row.issued))
			entry := row.entry(changed, ids{a.userID(t, ada), a.organization(t, "acme"), a.organization(t, "globex")})
			if err := a.clerk.Revoke(t.Context(), entry); err != nil {
				t.Fatal(err)
			}
			a.clock.Advance(max(0, row.asked-max(0, row.issued)))
			got := a.ask(http.MethodGet, "/where", program, sender).wantStatus(t, row.want)
			if row.want == refused {
				got.wantProblem(t, refused, "Membership changed")
				a.ask(http.MethodGet, "/", program, sender).wantNobody(t, membershipChanged)
				a.ask(http.MethodGet, "/admin", program, sender).wantProblem(t, refused, "Membership changed")
			}
		})
	}
}

// ids are those of users and organizations.
type ids struct{ ada, acme, globex string }

func oneMember(now time.Time, of ids) revocation.Entry {
	return revocation.Entry{OrganizationID: of.acme, UserID: of.ada, IssuedBefore: now}
}

func everyMember(now time.Time, of ids) revocation.Entry {
	return revocation.Entry{OrganizationID: of.acme, IssuedBefore: now}
}

// A webhook takes the rights with it at once: the next request is decided with those that are left.
func TestAWebhookTakesTheRightsOfAMembership(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change func(t *testing.T, a *app)
		seen   string // afterwards
	}{
		{"who is an admin no more", func(t *testing.T, a *app) { t.Helper(); a.demote(t, ada) }, "acme as org:member"},
		{"who is no member any more", func(t *testing.T, a *app) { t.Helper(); a.remove(t, ada) }, " as "},
		{"whose organization was deleted", func(t *testing.T, a *app) {
			t.Helper()
			a.backend(t, http.MethodDelete, "/v1/organizations/"+a.organization(t, "acme"), "")
		}, " as "},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := membersApp(t)
			deliver := a.receives(t)
			kept := bearer(a.token(t, ada))
			v, other := a.visitor(t, ada), a.visitor(t, "grace@example.com") // in Globex
			v.arrive(t, "/admin").says(t, "acme as org:admin")
			a.ask(http.MethodGet, "/admin", program, kept).wantStatus(t, http.StatusOK)
			a.clock.Advance(2 * time.Second)
			row.change(t, a)
			deliver()
			a.ask(http.MethodGet, "/admin", program, kept).wantProblem(t, http.StatusUnauthorized, "Membership changed")
			v.arrive(t, "/admin").wantStatus(t, http.StatusForbidden).wantRan(t, false)
			v.arrive(t, "/where").says(t, row.seen)
			a.clock.Advance(2 * time.Second)
			v.arrive(t, "/admin").wantStatus(t, http.StatusForbidden).wantRan(t, false)
			other.arrive(t, "/admin").says(t, "globex as org:admin")
		})
	}
}

// Who gets a right sees it with the next token. Nothing is refused for it.
func TestANewMembershipRefusesNothing(t *testing.T) {
	t.Parallel()
	a := membersApp(t)
	deliver := a.receives(t)
	kept := bearer(a.token(t, ada))
	a.backend(t, http.MethodPost, "/v1/organizations/"+a.organization(t, "globex")+"/memberships",
		`{"user_id":"`+a.userID(t, ada)+`","role":"org:member"}`)
	deliver()
	a.ask(http.MethodGet, "/admin", program, kept).says(t, "acme as org:admin")
}

// A browser stays signed in, whatever it asks for; nothing is done with the rights that it had.
func TestABrowserStaysSignedInWhenAMembershipChanges(t *testing.T) {
	t.Parallel()
	loses := func(v *visitor) {
		for name := range v.cookies {
			if strings.HasPrefix(name, "__refresh") {
				delete(v.cookies, name)
			}
		}
	}
	keeps := func(*visitor) {}
	away := func(v *visitor) { v.app.server.SetUnavailable(true) }
	for _, row := range []struct {
		name         string
		prepare      func(*visitor)
		method, path string
		options      []option
		check        func(t *testing.T, v *visitor, got *answer)
	}{
		{"a page is renewed in place", keeps, http.MethodGet, "/where", []option{navigation}, func(t *testing.T, _ *visitor, got *answer) {
			t.Helper()
			got.says(t, "acme as org:member")
		}},
		{"a page that it may not see any more", keeps, http.MethodGet, "/admin", []option{navigation}, func(t *testing.T, _ *visitor, got *answer) {
			t.Helper()
			got.wantStatus(t, http.StatusForbidden).wantRan(t, false)
		}},
		{"a public page", keeps, http.MethodGet, "/", []option{navigation}, func(t *testing.T, _ *visitor, got *answer) {
			t.Helper()
			got.says(t, "acme as org:member")
		}},
		{"a script is renewed in place", keeps, http.MethodGet, "/where", []option{fetched}, func(t *testing.T, _ *visitor, got *answer) {
			t.Helper()
			got.says(t, "acme as org:member")
		}},
		{"a form goes through with the rights that are left", keeps, http.MethodPost, "/where", []option{ownForm}, func(t *testing.T, _ *visitor, got *answer) {
			t.Helper()
			got.says(t, "acme as org:member")
		}},
		{"a form for admins does not", keeps, http.MethodPost, "/admin", []option{ownForm}, func(t *testing.T, _ *visitor, got *answer) {
			t.Helper()
			got.wantStatus(t, http.StatusForbidden).wantRan(t, false)
		}},
		{"a form of another site", keeps, http.MethodPost, "/where", []option{navigation, header("Origin", evilOrigin)}, func(t *testing.T, v *visitor, got *answer) {
			t.Helper()
			got.wantSignIn(t, http.StatusSeeOther, "/").wantRan(t, false) // as with a token that has expired
			if v.app.server.Calls()[operationRefresh] != 0 {
				t.Error("another site had the session renewed")
			}
		}},
		{"a page without a refresh token goes through a handshake", loses, http.MethodGet, "/where", []option{navigation}, func(t *testing.T, v *visitor, got *answer) {
			t.Helper()
			got.wantHandshake(t, membershipChanged)
			v.app.clock.Advance(time.Second)
			v.arrive(t, "/where").says(t, "acme as org:member")
		}},
		{"a script without a refresh token", loses, http.MethodGet, "/where", []option{fetched}, func(t *testing.T, _ *visitor, got *answer) {
			t.Helper()
			got.wantProblem(t, http.StatusUnauthorized, "Membership changed")
		}},
		{"htmx without a refresh token loads the page again", loses, http.MethodGet, "/where", []option{htmx}, func(t *testing.T, _ *visitor, got *answer) {
			t.Helper()
			got.wantProblem(t, http.StatusUnauthorized, "Membership changed").wantHeader(t, "HX-Refresh", "true").wantHeader(t, "HX-Redirect", "")
		}},
		{"a prefetch", keeps, http.MethodGet, "/where", []option{navigation, header("Sec-Purpose", "prefetch")}, func(t *testing.T, v *visitor, got *answer) {
			t.Helper()
			got.wantDiscarded(t)
			if v.app.server.Calls()[operationRefresh] != 0 {
				t.Error("a prefetch had the session renewed")
			}
		}},
		{"a script while Clerk is away", away, http.MethodGet, "/where", []option{fetched}, func(t *testing.T, _ *visitor, got *answer) {
			t.Helper()
			got.wantUnavailable(t)
		}},
		{"a form while Clerk is away", away, http.MethodPost, "/where", []option{ownForm}, func(t *testing.T, _ *visitor, got *answer) {
			t.Helper()
			got.wantUnavailable(t)
		}},
		{"a page while Clerk is away", away, http.MethodGet, "/where", []option{navigation}, func(t *testing.T, _ *visitor, got *answer) {
			t.Helper()
			got.wantHandshake(t, membershipChanged)
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := membersApp(t)
			v := a.visitor(t, ada)
			v.arrive(t, "/admin").says(t, "acme as org:admin")
			a.clock.Advance(2 * time.Second)
			a.demote(t, ada)
			if err := a.clerk.Revoke(t.Context(), revocation.Entry{OrganizationID: a.organization(t, "acme"), UserID: a.userID(t, ada)}); err != nil {
				t.Fatal(err)
			}
			row.prepare(v)
			row.check(t, v, v.ask(row.method, row.path, row.options...))
		})
	}
}

// Tokens count whole seconds. One that Clerk has just made may name the second of the change, and counts for the request that it was made
// for. The browser is not sent round in circles, and never gets the old rights.
func TestATokenOfTheSecondOfTheChange(t *testing.T) {
	t.Parallel()
	a := membersApp(t)
	v := a.visitor(t, ada)
	a.demote(t, ada)
	if err := a.clerk.Revoke(t.Context(), revocation.Entry{OrganizationID: a.organization(t, "acme"), UserID: a.userID(t, ada)}); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		v.ask(http.MethodGet, "/where", navigation).says(t, "acme as org:member")
	}
	refreshed := a.server.Calls()[operationRefresh]
	a.clock.Advance(time.Second)
	for range 5 {
		v.ask(http.MethodGet, "/where", navigation).says(t, "acme as org:member")
	}
	if more := a.server.Calls()[operationRefresh] - refreshed; more > 1 {
		t.Errorf("%d renewals once the second is over", more)
	}
}

// The session of a user who was signed out is not renewed because the membership has changed, too.
func TestAnEndedSessionIsNotRenewedForItsMembership(t *testing.T) {
	t.Parallel()
	a := membersApp(t)
	v := a.visitor(t, ada)
	v.arrive(t, "/where")
	a.clock.Advance(2 * time.Second)
	entry := revocation.Entry{OrganizationID: a.organization(t, "acme"), UserID: a.userID(t, ada), SessionID: a.sessionOf(t, ada).ID}
	if err := a.clerk.Revoke(t.Context(), entry); err != nil {
		t.Fatal(err)
	}
	v.ask(http.MethodGet, "/where", navigation).wantHandshake(t, string(reason.SessionRevoked))
	v.ask(http.MethodGet, "/where", fetched).wantStatus(t, http.StatusUnauthorized)
	if a.server.Calls()[operationRefresh] != 0 {
		t.Error("an ended session was renewed")
	}
}

// Clerk could make a token for another request from before the change. Such a token is refused, though it has just come.
func TestARenewedTokenFromBeforeTheChangeIsRefused(t *testing.T) {
	t.Parallel()
	a := membersApp(t)
	v := a.visitor(t, ada)
	v.arrive(t, "/where")
	future := a.clock.Now().Add(time.Hour)
	entry := revocation.Entry{OrganizationID: a.organization(t, "acme"), UserID: a.userID(t, ada), IssuedBefore: future}
	if err := a.clerk.Revoke(t.Context(), entry); err != nil {
		t.Fatal(err)
	}
	v.ask(http.MethodGet, "/where", fetched).wantProblem(t, http.StatusUnauthorized, "Membership changed")
	v.ask(http.MethodGet, "/", fetched).wantNobody(t, membershipChanged)
}

func TestTheAccountThatWasSwitchedToLosesItsRightsToo(t *testing.T) {
	t.Parallel()
	a, v := household(t) // Bob's, with Ada beside
	a.engine.GET("/admin", a.clerk.Require(ginclerk.Role("org:admin")), whoami)
	a.engine.GET("/role", a.clerk.RequireSession(), func(c *gin.Context) { c.String(http.StatusOK, ginclerk.From(c).OrganizationRole) })
	v.switchTo(t, ada)
	v.arrive(t, "/admin").wantSignedIn(t, a.userID(t, ada))
	a.clock.Advance(2 * time.Second)
	a.demote(t, ada)
	if err := a.clerk.Revoke(t.Context(), revocation.Entry{OrganizationID: a.organization(t, "acme"), UserID: a.userID(t, ada)}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		v.ask(http.MethodGet, "/admin", navigation).wantStatus(t, http.StatusForbidden).wantRan(t, false)
		v.ask(http.MethodGet, "/role", navigation).says(t, "org:member")
	}
	a.remove(t, ada)
	a.clock.Advance(2 * time.Second)
	if err := a.clerk.Revoke(t.Context(), revocation.Entry{OrganizationID: a.organization(t, "acme"), UserID: a.userID(t, ada)}); err != nil {
		t.Fatal(err)
	}
	v.ask(http.MethodGet, "/role", navigation).says(t, "")
}

// What a handler sends to other services has no rights from before a change that came while the handler ran.
func TestATokenForOtherServicesHasTheRightsThatAreLeft(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change func(*testing.T, *app)
		want   error
	}{
		{"a new token after another role", func(t *testing.T, a *app) { t.Helper(); a.demote(t, ada) }, nil},
		{"none after the end of the membership", func(t *testing.T, a *app) { t.Helper(); a.remove(t, ada) }, outgoing.ErrOrganizationChanged},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := membersApp(t)
			own := a.token(t, ada)
			a.engine.GET("/token", a.clerk.RequireSession(), func(c *gin.Context) {
				if got, err := ginclerk.From(c).Token(c); err != nil || got != own {
					t.Errorf("before the change: %v", err)
				}
				row.change(t, a)
				if err := a.clerk.Revoke(c, revocation.Entry{OrganizationID: a.organization(t, "acme"), UserID: a.userID(t, ada)}); err != nil {
					t.Error(err)
				}
				got, err := ginclerk.From(c).Token(c)
				if !errors.Is(err, row.want) || got == own || (got == "") != (row.want != nil) {
					t.Errorf("after the change: the same token %t, %v", got == own, err)
				}
			})
			a.ask(http.MethodGet, "/token", program, bearer(own))
		})
	}
}

// A token for other services that lives longer than the request's own is kept. It is not handed out when the user may do less, or more, than
// when it was made, although the request comes with a token from after the change.
func TestAKeptTokenForOtherServicesHasTheRightsOfTheRequest(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		revoked bool          // a webhook has told of the change
		later   time.Duration // the next request after the change
	}{
		{"a moment after a change that a webhook has told", true, 2 * time.Second},
		{"when what the webhook has told is forgotten", true, 25 * time.Hour},
		{"without a webhook", false, 2 * time.Minute},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := membersApp(t)
			var sent string
			a.engine.GET("/token", a.clerk.RequireSession(), func(c *gin.Context) {
				got, err := ginclerk.From(c).Token(c, outgoing.Lifetime(48*time.Hour))
				if err != nil {
					t.Error(err)
				}
				sent = got
			})
			s := a.session(t, ada, clerktest.SessionOptions{OrganizationID: "acme"})
			asks := func() (role, raw string) {
				a.ask(http.MethodGet, "/token", program, bearer(a.mint(t, s.ID, clerktest.TokenOptions{}))).wantStatus(t, http.StatusOK)
				read, err := token.Read(sent)
				if err != nil {
					t.Fatal(err)
				}
				return read.Claims().OrganizationRole, sent
			}
			_, first := asks()
			if _, again := asks(); again != first {
				t.Error("nothing has changed, and another token was made")
			}
			a.clock.Advance(2 * time.Second)
			a.demote(t, ada)
			if row.revoked {
				if err := a.clerk.Revoke(t.Context(), revocation.Entry{OrganizationID: a.organization(t, "acme"), UserID: a.userID(t, ada)}); err != nil {
					t.Fatal(err)
				}
			}
			a.clock.Advance(row.later)
			if role, _ := asks(); role != "org:member" {
				t.Errorf("a token of %q, want a member's", role)
			}
		})
	}
}

func TestAStreamEndsWhenTheMembershipChanges(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		entry revocation.Entry
		want  error
	}{
		{"the member's", revocation.Entry{OrganizationID: "org_1", UserID: "user_1"}, ginclerk.ErrMembershipChanged},
		{"all members'", revocation.Entry{OrganizationID: "org_1"}, ginclerk.ErrMembershipChanged},
		{"another member's", revocation.Entry{OrganizationID: "org_1", UserID: "user_2"}, nil},
		{"another organization's", revocation.Entry{OrganizationID: "org_2"}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s, in := newStreamIn(t, "acme")
			named := map[string]string{"user_1": in.UserID, "user_2": "user_2", "org_1": in.OrganizationID, "org_2": "org_2", "": ""}
			entry := revocation.Entry{OrganizationID: named[row.entry.OrganizationID], UserID: named[row.entry.UserID]}
			synctest.Test(t, func(t *testing.T) {
				clerk, watched := s.begin(t)
				time.Sleep(3 * time.Minute) //nolint:forbidigo // the time of synctest: Clerk has said since that the session is active, which says nothing of the membership
				synctest.Wait()
				entry.IssuedBefore = bubbleStart.Add(time.Second)
				if err := clerk.Revoke(context.Background(), entry); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if cause := context.Cause(watched); !errors.Is(cause, row.want) || row.want == nil && cause != nil {
					t.Errorf("the stream ended because of %v, want %v", cause, row.want)
				}
			})
		})
	}
}

// during calls a function while Clerk renews a session.
type during struct{ do func() }

func (d *during) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/refresh") && d.do != nil {
		d.do()
	}
	return http.DefaultTransport.RoundTrip(r)
}

// A renewed token is held against what was revoked while Clerk made it.
func TestWhatIsRevokedDuringARenewalCounts(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		changed bool // the membership has changed before, so that the token is renewed for it
		entry   func(a *app) revocation.Entry
		check   func(t *testing.T, got *answer)
	}{
		{
			"the session", true, func(a *app) revocation.Entry { return revocation.Entry{SessionID: a.sessionOf(t, ada).ID} },
			func(t *testing.T, got *answer) {
				t.Helper()
				got.wantSignIn(t, http.StatusSeeOther, "/").wantRan(t, false)
			},
		},
		{"the membership, of a token that is renewed for its age", false, func(a *app) revocation.Entry {
			return revocation.Entry{OrganizationID: a.organization(t, "acme"), IssuedBefore: a.clock.Now().Add(time.Hour)}
		}, func(t *testing.T, got *answer) {
			t.Helper()
			got.wantStatus(t, http.StatusUnauthorized).wantRan(t, false)
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			hook := &during{}
			a := membersApp(t, configured(func(c *ginclerk.Config) { c.ClerkAPI.HTTPClient = &http.Client{Transport: hook} }))
			a.engine.POST("/young", a.clerk.MaxTokenAge(10*time.Second), whoami)
			v := a.visitor(t, ada)
			v.arrive(t, "/where")
			a.clock.Advance(20 * time.Second)
			revoke := func(entry revocation.Entry) {
				if err := a.clerk.Revoke(t.Context(), entry); err != nil {
					t.Error(err)
				}
			}
			if row.changed {
				revoke(revocation.Entry{OrganizationID: a.organization(t, "acme"), UserID: a.userID(t, ada)})
			}
			hook.do = func() { revoke(row.entry(a)) }
			row.check(t, v.ask(http.MethodPost, "/young", ownForm))
			if a.server.Calls()[operationRefresh] != 1 {
				t.Errorf("%d renewals", a.server.Calls()[operationRefresh])
			}
		})
	}
}
