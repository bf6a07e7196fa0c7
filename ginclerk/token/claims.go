package token

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// SessionStatus is the state of the session at the time its token was minted.
type SessionStatus string

// The statuses. A token without one (instances that have not opted in) has the zero value.
const (
	SessionStatusUnknown SessionStatus = ""
	SessionActive        SessionStatus = "active"
	// SessionPending is a session with an unfinished task, such as choosing an organization. Unless the application says
	// otherwise it counts as signed out.
	SessionPending SessionStatus = "pending"
)

// Claims are the claims of a session token in one form for both of Clerk's versions (@clerk/shared, file
// jwtPayloadParser.ts). A claim that is absent or of the wrong type has the zero value. Claims are safe for concurrent use as long as
// they are not changed. Those of one reading of a token belong to its caller, with everything that they point to: what is changed
// in them changes nothing for another request with the same token.
type Claims struct {
	UserID        string        // sub: user_…
	SessionID     string        // sid: sess_…
	SessionStatus SessionStatus // sts

	// The active organization; all empty without one.
	OrganizationID          string
	OrganizationSlug        string
	OrganizationRole        string   // with its prefix: org:admin
	OrganizationPermissions []string // org:<feature>:<permission>; nil when the token has no such claim

	FactorVerificationAge FactorAges // fva
	Actor                 *Actor     // act: who impersonates the user; nil without impersonation

	ID              string // jti
	Issuer          string // iss
	AuthorizedParty string // azp: the origin that the token was minted for
	IssuedAt        time.Time
	ExpiresAt       time.Time
	NotBefore       time.Time

	Version  int    // 2, or 1 for everything else
	Features string // fea as written; ask with Has
	Plans    string // pla as written; ask with Has

	payload *payload // shared by all copies of the claims; nil in claims that were never read
}

// payload is what a token's payload says that only the checks ask for. It never changes.
type payload struct {
	written       written // an object, or "" when the payload is something else
	namesUser     bool    // sub is a text
	exp, nbf, iat moment
}

// moment is a claim that should be a date. A number is made into a value once, for [Claims.Claim].
type moment struct {
	number any // float64; nil when the claim is something else
	found  bool
}

func readMoment(claim written) moment {
	if n, ok := claim.number(); ok {
		return moment{number: n, found: true}
	}
	return moment{found: claim != ""}
}

// number returns one of the dates if it is a number, without decoding anything; else nil.
func (p *payload) number(name string) any {
	switch name {
	case "exp":
		return p.exp.number
	case "nbf":
		return p.nbf.number
	case "iat":
		return p.iat.number
	default:
		return nil
	}
}

// read returns the payload; an empty one in claims that were never read.
func (c *Claims) read() *payload {
	if c.payload == nil {
		return &payload{}
	}
	return c.payload
}

// Actor is the party that acts in place of the user (RFC 8693 section 4.1).
type Actor struct {
	Subject   string // sub
	Issuer    string // iss
	SessionID string // sid
	Type      string // type; "agent" marks agents
}

// ParseClaims reads the payload of a token (JSON) that the caller has made, or has verified by other means. It returns an error
// when the payload is not a JSON object.
func ParseClaims(payload []byte) (*Claims, error) {
	w, err := readJSON(payload)
	if err != nil {
		return nil, fmt.Errorf("token: parse claims: %w", err)
	}
	if !w.isObject() {
		return nil, errors.New("token: parse claims: not an object")
	}
	c := readClaims(w)
	return &c, nil
}

// Raw returns the whole payload, with the custom claims, decoded anew by each call. Numbers are float64. It is nil when the payload is
// no object.
func (c *Claims) Raw() map[string]any { return c.read().written.object() }

// Claim returns one claim of the payload, such as a custom one, and whether the payload has it. Numbers are float64; objects and
// lists are decoded anew by each call.
func (c *Claims) Claim(name string) (any, bool) {
	p := c.read()
	if n := p.number(name); n != nil {
		return n, true
	}
	claim := p.written.member(name)
	return claim.value(), claim != ""
}

// Unmarshal reads the payload into dst as encoding/json does. Use it for custom claims in your own types, and for whole numbers
// that float64 can't hold.
func (c *Claims) Unmarshal(dst any) error {
	if err := json.Unmarshal([]byte(c.read().written), dst); err != nil { // a copy: a decoder of dst's may write to what it is given
		return fmt.Errorf("token: unmarshal claims: %w", err)
	}
	return nil
}

// WithoutRights returns the claims without what they say that the user may do: role, permissions, features, plans, and when the user has proved who
// they are. [Claims.Raw], [Claims.Claim] and [Claims.Unmarshal] don't find it, either. Custom claims stay.
func (c *Claims) WithoutRights() *Claims {
	bare := *c
	bare.OrganizationRole, bare.OrganizationPermissions, bare.Features, bare.Plans = "", nil, "", ""
	bare.FactorVerificationAge = FactorAges{}
	if c.payload != nil {
		rest := *c.payload
		rest.written = rest.written.without(func(name string, value written) (written, bool) {
			switch name {
			case "fea", "pla", "fva", "org_role", "org_permissions":
				return "", false
			case "o":
				return value.without(keepsNoRight), true
			default:
				return value, true
			}
		})
		bare.payload = &rest
	}
	return &bare
}

// keepsNoRight leaves the members of the organization that say what the user may do in it.
func keepsNoRight(name string, value written) (written, bool) {
	return value, name != "rol" && name != "per" && name != "fpm"
}

// clone returns claims that share nothing with c that can be changed. It puts permissions into the room that is given for them, as far as
// they fit.
func (c *Claims) clone(permissions []string) Claims {
	out := *c
	if c.OrganizationPermissions != nil {
		permissions = append(permissions, c.OrganizationPermissions...)
		out.OrganizationPermissions = permissions
	}
	if c.Actor != nil {
		actor := *c.Actor
		out.Actor = &actor
	}
	return out
}

// registered are the claims that Clerk's tokens have, as they are written.
type registered struct {
	sub, sid, sts, fva, act, jti, iss, azp, iat, exp, nbf, v, fea, pla written

	o                                       written // version 2
	orgID, orgSlug, orgRole, orgPermissions written // version 1
}

// field returns where the claim of this name belongs; nil for every other claim. The letter case of a name counts.
func (r *registered) field(name string) *written {
	switch name {
	case "sub":
		return &r.sub
	case "sid":
		return &r.sid
	case "sts":
		return &r.sts
	case "fva":
		return &r.fva
	case "act":
		return &r.act
	case "jti":
		return &r.jti
	case "iss":
		return &r.iss
	case "azp":
		return &r.azp
	case "iat":
		return &r.iat
	case "exp":
		return &r.exp
	case "nbf":
		return &r.nbf
	case "v":
		return &r.v
	case "fea":
		return &r.fea
	case "pla":
		return &r.pla
	case "o":
		return &r.o
	case "org_id":
		return &r.orgID
	case "org_slug":
		return &r.orgSlug
	case "org_role":
		return &r.orgRole
	case "org_permissions":
		return &r.orgPermissions
	default:
		return nil
	}
}

// readClaims reads a payload. One that is no object has no claims.
func readClaims(w written) Claims {
	var r registered
	for name, value := range w.members() {
		if field := r.field(name); field != nil {
			*field = value // of several, the last one counts
		}
	}
	c := Claims{
		UserID:                r.sub.text(),
		SessionID:             r.sid.text(),
		SessionStatus:         SessionStatus(r.sts.text()),
		FactorVerificationAge: readFactorAges(r.fva),
		Actor:                 readActor(r.act),
		ID:                    r.jti.text(),
		Issuer:                r.iss.text(),
		AuthorizedParty:       r.azp.text(),
		Version:               1,
		Features:              r.fea.text(),
		Plans:                 r.pla.text(),
		payload: &payload{
			namesUser: r.sub.isText(), exp: readMoment(r.exp), nbf: readMoment(r.nbf), iat: readMoment(r.iat),
		},
	}
	if w.isObject() {
		c.payload.written = w
	}
	c.IssuedAt, c.ExpiresAt, c.NotBefore = c.payload.iat.time(), c.payload.exp.time(), c.payload.nbf.time()
	if version, ok := r.v.number(); ok && version == 2 {
		c.Version = 2
		c.readOrganizationV2(r.o)
	} else {
		c.readOrganizationV1(&r)
	}
	return c
}

func (c *Claims) readOrganizationV1(r *registered) {
	c.OrganizationID = r.orgID.text()
	c.OrganizationSlug = r.orgSlug.text()
	c.OrganizationRole = r.orgRole.text()
	c.OrganizationPermissions = texts(r.orgPermissions)
}

// readOrganizationV2 reads the compact form. A version 2 token without it has no organization, even if a custom claim is called
// org_id.
func (c *Claims) readOrganizationV2(o written) {
	if !o.isObject() {
		return
	}
	var id, slug, role, permissions, masks written
	for name, value := range o.members() {
		switch name {
		case "id":
			id = value
		case "slg":
			slug = value
		case "rol":
			role = value
		case "per":
			permissions = value
		case "fpm":
			masks = value
		}
	}
	c.OrganizationID, c.OrganizationSlug = id.text(), slug.text()
	if name := role.text(); name != "" {
		c.OrganizationRole = organizationPrefix + name
	}
	c.OrganizationPermissions = decodePermissions(c.Features, permissions.text(), masks.text())
}

func readActor(act written) *Actor {
	if act == "" || act.isNull() {
		return nil
	}
	return &Actor{
		Subject: act.member("sub").text(), Issuer: act.member("iss").text(),
		SessionID: act.member("sid").text(), Type: act.member("type").text(),
	}
}

func (m moment) time() time.Time {
	d, ok := readDate(m.number)
	if !ok {
		return time.Time{}
	}
	return time.UnixMilli(d.milliseconds()).UTC()
}

// texts returns the texts in a list; nil when the value is not a list.
func texts(list written) []string {
	if !list.isList() {
		return nil
	}
	out := []string{}
	for item := range list.items() {
		if item.isText() {
			out = append(out, item.text())
		}
	}
	return out
}

// allTexts returns the texts in a list, and whether the value is a list of texts alone.
func allTexts(list written) ([]string, bool) {
	named, items := texts(list), 0
	for range list.items() {
		items++
	}
	return named, list.isList() && len(named) == items
}
