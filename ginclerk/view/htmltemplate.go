package view

import (
	"context"
	"html/template"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/user"
)

// Funcs returns functions for html/template. Each takes a context first: the request's, or Gin's own. Give it to the template with the
// page's data:
//
//	{{if signedIn .Context}}<a href="/sessions">{{(clerkUser .Context).FullName}}</a>{{end}}
//	{{if signedOut .Context}}<a href="/sign-in">Sign in</a>{{end}}
//	{{if hasRole .Context "org:admin"}}<a href="/admin">Administration</a>{{end}}
//	{{with readOnlyUntil .Context}}{{if not .IsZero}}You can read until {{.Format "15:04 MST"}}.{{end}}{{end}}
//	{{if hasPermission .Context "org:invoices:create"}}<button>New invoice</button>{{end}}
//
// The function clerkUser asks Clerk, as [ginclerk.Auth.User] does, and ends the template with its error.
func Funcs() template.FuncMap {
	return template.FuncMap{
		"signedIn":      func(ctx context.Context) bool { return ginclerk.FromContext(ctx).SignedIn() },
		"signedOut":     func(ctx context.Context) bool { return signedOut(ginclerk.FromContext(ctx)) },
		"readOnlyUntil": func(ctx context.Context) time.Time { return ginclerk.FromContext(ctx).ReadOnlyUntil() },
		"hasRole": func(ctx context.Context, role string) bool {
			return ginclerk.FromContext(ctx).Has(ginclerk.Role(role))
		},
		"hasPermission": func(ctx context.Context, permission string) bool {
			return ginclerk.FromContext(ctx).Has(ginclerk.Permission(permission))
		},
		"clerkUser": func(ctx context.Context) (user.User, error) { return ginclerk.FromContext(ctx).User(ctx) },
	}
}
