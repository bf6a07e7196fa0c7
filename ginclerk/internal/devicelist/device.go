package devicelist

import "github.com/ginclerk/ginclerk/ginclerk/session"

// deviceKey tells devices apart. Sessions with the same key are sign-ins of the same device, as far as Clerk knows.
type deviceKey struct {
	kind, browser, city, country string
	actor                        string
	sessionID                    string // of a session that is alone
}

// keyOf returns the device of a session. A device of which neither type nor browser is known is like no other one.
func keyOf(one *session.Session) deviceKey {
	d := one.Device
	if d.Type == "" && d.Browser == "" {
		return deviceKey{sessionID: one.ID}
	}
	key := deviceKey{kind: d.Type, browser: d.Browser, city: d.City, country: d.Country}
	if one.Impersonated {
		key.actor = "by " + one.Actor
	}
	return key
}
