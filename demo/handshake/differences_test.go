package main

import "net/http"

// difference is an answer that differs from the suite's on purpose.
type difference struct {
	why  string
	want want
}

// differences are the cases of the suite with another answer, by name.
func differences() map[string]difference {
	const foreign = "a handshake sets Clerk's own cookies and no others, even if the instance signed it"
	return map[string]difference{
		"back from a handshake, development": {
			why:  foreign,
			want: want{status: http.StatusTemporaryRedirect, location: "/"}.setting("*").settingOnly("__session"),
		},
		"back from a handshake, production": {
			why:  foreign,
			want: as("user_12345").setting("*").settingOnly("__session"),
		},
		"a program whose session has expired": {
			why:  "a program gets 401 and no redirect to a sign-in page",
			want: want{status: http.StatusUnauthorized},
		},
	}
}
