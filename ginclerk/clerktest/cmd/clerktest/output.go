package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// writeVariables writes lines that a shell can eval.
func writeVariables(w io.Writer, server *clerktest.Server) error {
	var out strings.Builder
	variables := [][2]string{
		{"CLERK_PUBLISHABLE_KEY", server.PublishableKey()},
		{"CLERK_SECRET_KEY", server.SecretKey()},
		{"CLERK_API_URL", server.BackendURL()},
		{"CLERK_FAPI_URL", server.FrontendURL()},
		{"CLERK_PROXY_URL", server.ProxyURL()},
		{"CLERK_SIGN_IN_URL", server.SignInURL()},
		{"CLERK_SIGN_UP_URL", server.SignUpURL()},
		{"CLERK_JWT_KEY", strings.TrimSpace(server.JWTKey())},
		// What code in browsers may know has names of its own in Next.js.
		{"NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY", server.PublishableKey()},
		{"NEXT_PUBLIC_CLERK_PROXY_URL", server.ProxyURL()},
		{"NEXT_PUBLIC_CLERK_SIGN_IN_URL", server.SignInURL()},
		{"NEXT_PUBLIC_CLERK_SIGN_UP_URL", server.SignUpURL()},
	}
	for _, endpoint := range server.Webhooks() {
		variables = append(variables, [2]string{"CLERK_WEBHOOK_SIGNING_SECRET", endpoint.SigningSecret})
	}
	for _, variable := range variables {
		out.WriteString("export " + variable[0] + "=" + quote(variable[1]) + "\n")
	}
	if _, err := io.WriteString(w, out.String()); err != nil {
		return fmt.Errorf("write variables: %w", err)
	}
	return nil
}

// quote turns any text into one word of a shell.
func quote(value string) string { return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'" }

func writeAccounts(w io.Writer, server *clerktest.Server) error {
	for _, u := range server.Users() {
		signInWith := u.Password
		if signInWith == "" {
			signInWith = "signs in with the code 424242"
		}
		if _, err := fmt.Fprintf(w, "%s  %s\n", u.Email, signInWith); err != nil {
			return fmt.Errorf("write accounts: %w", err)
		}
	}
	return nil
}
