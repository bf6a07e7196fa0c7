package main_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// With a file, the program goes on where the one before it ended: nothing that an application or a browser has becomes stale.
func TestTheProgramKeepsItsStateInAFile(t *testing.T) {
	t.Parallel()
	file, control := filepath.Join(t.TempDir(), "state.json"), freeAddr(t)
	flags := []string{"-state", file, "-seed", seedFile(t, twoUsers), "-control", control}
	asJSON := map[string]string{"Content-Type": "application/json"}
	var token, variables, passwords string
	for start := range 3 {
		p := launchAt(t, freeAddr(t), flags...)
		users := func() string {
			_, text := request(t, http.MethodGet, p.variables["CLERK_API_URL"]+"/v1/users", "", bearer(p))
			return text
		}
		made := func(email string) string {
			status, text := request(t, http.MethodPost, "http://"+control+"/tokens", `{"email": "`+email+`"}`, asJSON)
			if status != http.StatusOK {
				t.Fatalf("token: %d %s", status, text)
			}
			_, after, _ := strings.Cut(text, `"session_id":"`)
			id, _, _ := strings.Cut(after, `"`)
			return id
		}
		keys := p.variables["CLERK_SECRET_KEY"] + p.variables["CLERK_JWT_KEY"] + p.variables["CLERK_PUBLISHABLE_KEY"]
		switch start {
		case 0:
			variables, passwords, token = keys, p.passwordOf(t, "lee@example.com"), made("eve@example.com")
			request(t, http.MethodPost, "http://"+control+"/clock", `{"advance": "100h"}`, asJSON)
		case 1:
			if keys != variables || p.passwordOf(t, "lee@example.com") != passwords {
				t.Errorf("the second start has other keys or passwords")
			}
			if !strings.Contains(users(), "eve@example.com") {
				t.Errorf("the new user is gone: %s", users())
			}
			if _, text := request(t, http.MethodGet, p.variables["CLERK_API_URL"]+"/v1/sessions/"+token, "", bearer(p)); !strings.Contains(text, `"status":"active"`) {
				t.Errorf("the session: %s", text)
			}
			request(t, http.MethodPost, "http://"+control+"/reset", `{}`, asJSON)
		case 2:
			if text := users(); strings.Contains(text, "eve@example.com") || !strings.Contains(text, "lee@example.com") {
				t.Errorf("the third start is not at the seed, as the second was at its end: %s", text)
			}
			if keys != variables || p.passwordOf(t, "lee@example.com") != passwords {
				t.Errorf("the third start has other keys or passwords")
			}
		}
		p.terminate(t)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has keys in it: %v, %v", info, err)
	}
}

func TestTheFileIsWrittenBeforeTheProgramEnds(t *testing.T) {
	t.Parallel()
	file, control := filepath.Join(t.TempDir(), "state.json"), freeAddr(t)
	p := launch(t, "-state", file, "-control", control)
	request(t, http.MethodPost, "http://"+control+"/tokens", `{"email": "eve@example.com"}`, map[string]string{"Content-Type": "application/json"})
	until(t, func() bool {
		text, err := os.ReadFile(file)
		return err == nil && strings.Contains(string(text), "eve@example.com")
	})
	p.terminate(t)
}

func TestTheProgramRefusesAStateThatItCannotRead(t *testing.T) {
	t.Parallel()
	written := func(text string) string {
		file := filepath.Join(t.TempDir(), "state.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	production := filepath.Join(t.TempDir(), "production.json")
	launch(t, "-state", production, "-production").terminate(t)
	for _, row := range []struct{ name, file, want string }{
		{"no JSON", written("{"), "State"},
		{"an empty file", written(""), "State"},
		{"another JSON", written("{}"), "not of a development instance"},
		{"no key", written(`{"secret_key": "sk_test_x"}`), "State"},
		{"that of another type", production, "not of a development instance"},
		{"a folder", t.TempDir(), "-state"},
		{"a file that can't be made", filepath.Join(t.TempDir(), "none", "state.json"), "-state"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			cmd := command(t, "-state", row.file)
			output, err := cmd.CombinedOutput()
			if err == nil || cmd.ProcessState.ExitCode() != 1 || !strings.Contains(string(output), row.want) {
				t.Errorf("%v: %s", err, output)
			}
		})
	}
}
