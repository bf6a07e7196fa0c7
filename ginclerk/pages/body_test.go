package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Every action that takes JSON takes one object of the right length and shape, and nothing after it.
func TestEveryJSONBodyIsReadTheSameWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b, other := w.browser(t, ada), w.elsewhere(t, ada)
	for action, member := range map[string]string{
		"/devices/revoke": `"session_id":"` + other + `"`, "/accounts/sign-out": `"session_id":"` + other + `"`, "/switch": `"session_id":"` + other + `"`,
		"/devices/" + other + "/name": `"name":"Mum"`, "/organizations/switch": `"organization_id":"org_1"`,
	} {
		long := strings.Repeat(" ", 9<<10)
		for name, row := range map[string]struct {
			body string
			want int
		}{
			"long, before the member": {"{" + long + member + "}", http.StatusRequestEntityTooLarge},
			"long, after the object":  {"{" + member + "}" + long, http.StatusRequestEntityTooLarge},
			"another object":          {"{" + member + "}{}", http.StatusBadRequest},
			"a letter behind it":      {"{" + member + "}x", http.StatusBadRequest},
			"another member":          {"{" + member + `,"a":1}`, http.StatusBadRequest},
			"another type":            {"{" + strings.Split(member, ":")[0] + ":1}", http.StatusBadRequest},
			"null":                    {"null", http.StatusBadRequest},
			"an array":                {"[{" + member + "}]", http.StatusBadRequest},
			"half an object":          {"{" + member, http.StatusBadRequest},
			"nothing":                 {"", http.StatusBadRequest},
		} {
			told := b.act(action, row.body).json(t, row.want)
			if told["reason"] == "" {
				t.Errorf("%s, %s: %v", action, name, told)
			}
		}
		form := url.Values{"session_id": {other}, "name": {"Mum"}, "organization_id": {"org_1"}, "pad": {strings.Repeat("x", 9<<10)}}
		if got := b.post(action, form, asProgram); got.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("%s, a form that is too long: status %d", action, got.Code)
		}
	}
	if n := w.active(t, ada); n != 2 {
		t.Errorf("%d sessions are active, want 2", n)
	}
	if name := b.open(t, "/sessions/devices/"+other).text(t, "page-title"); name != "Unknown device" {
		t.Errorf("the device is called %q", name)
	}
}
