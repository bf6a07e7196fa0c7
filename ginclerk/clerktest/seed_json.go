package clerktest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"
)

// The JSON form of a seed is that of [Seed], with durations as texts. An outer field replaces the embedded one.
type (
	seedJSON struct {
		Users         []userJSON              `json:"users"`
		Organizations []Organization          `json:"organizations"`
		SessionClaims map[string]any          `json:"session_claims"`
		Templates     map[string]templateJSON `json:"templates"`
	}
	userJSON struct {
		User
		Devices []deviceJSON `json:"devices"`
	}
	deviceJSON struct {
		Device
		SignedInAgo string `json:"signed_in_ago"`
		IdleFor     string `json:"idle_for"`
	}
	templateJSON struct {
		JWTTemplate
		Lifetime string `json:"lifetime"`
	}
)

// ParseSeed reads a seed from JSON: an object with users, organizations, session_claims and templates. Their fields have the
// names in the tags of [Seed] and its parts; durations are texts such as "26h30m". The error names an unknown field, or every
// field with a wrong value by its path, such as users[2].email.
func ParseSeed(text []byte) (*Seed, error) {
	var parsed *seedJSON
	if err := decodeJSON(bytes.NewReader(text), &parsed); err != nil {
		return nil, fmt.Errorf("clerktest: seed: %w", err)
	}
	if parsed == nil {
		return nil, errors.New("clerktest: seed: it is null, not a JSON object")
	}
	seed, problems := parsed.seed()
	if err := errors.Join(append(problems, seed.check())...); err != nil {
		return nil, fmt.Errorf("clerktest: seed: %w", err)
	}
	return seed, nil
}

// decodeJSON reads one JSON value without unknown fields, and nothing after it.
func decodeJSON(r io.Reader, into any) error {
	decoder := json.NewDecoder(r)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	if errors.Is(err, io.EOF) {
		return errors.New("it is empty, not a JSON object")
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if wrong.Field == "" {
			return fmt.Errorf("it is a JSON %s, not an object", wrong.Value)
		}
		embedded := regexp.MustCompile(`\b[A-Z]\w*\.`) // the path has the names of embedded Go types, such as users.User.email
		return fmt.Errorf("field %s: it can't be a JSON %s", embedded.ReplaceAllString(wrong.Field, ""), wrong.Value)
	}
	if err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more text follows the JSON object")
	}
	return nil
}

func (in *seedJSON) seed() (*Seed, seedProblems) {
	var p seedProblems
	out := &Seed{Organizations: in.Organizations, SessionClaims: in.SessionClaims, Templates: map[string]JWTTemplate{}}
	for i, u := range in.Users {
		for j, d := range u.Devices {
			path := fmt.Sprintf("users[%d].devices[%d]", i, j)
			d.Device.SignedInAgo = p.duration(path+".signed_in_ago", d.SignedInAgo)
			d.Device.IdleFor = p.duration(path+".idle_for", d.IdleFor)
			u.User.Devices = append(u.User.Devices, d.Device)
		}
		out.Users = append(out.Users, u.User)
	}
	for name, t := range in.Templates {
		t.JWTTemplate.Lifetime = p.duration("templates."+name+".lifetime", t.Lifetime)
		out.Templates[name] = t.JWTTemplate
	}
	return out, p
}

func (p *seedProblems) duration(path, text string) time.Duration {
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		p.add(path, "%q is no duration such as 90s or 26h30m", text)
		return 0
	}
	return d
}
