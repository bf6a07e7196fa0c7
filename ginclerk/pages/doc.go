// Package pages has the session pages as Gin handlers: the session of this browser, the accounts on it, the devices of its
// user, and pages for problems. They are rendered on the server and work without JavaScript.
//
//	site, err := pages.Mount(r, clerk, pages.Options{AppName: "Acme"})
//
// mounts, below the router's own prefix:
//
//	GET  /sessions             this session
//	GET  /sessions/accounts    accounts on this browser
//	GET  /sessions/devices     devices of this user
//	POST /sessions/sign-out, …/sign-out-everywhere, …/switch, …/accounts/sign-out, …/devices/revoke
//	GET  /sessions/static/…    style sheet and icon (or wherever Options.AssetsPath says)
//
// Every action is a POST that must come from the application's own pages, checks with Clerk that the session belongs to
// the user or to the browser, and ends in a redirect to a page that tells the result.
//
// An application shows its own pages in the same frame with [Site.Frame] and [Site.Render].
package pages
