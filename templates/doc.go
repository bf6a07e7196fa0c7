// Package templates has the pages of ginclerk as templ components. Each page is one exported component, XxxPage, which
// takes one view struct, XxxView. The package knows nothing of Clerk, of Gin or of HTTP.
//
// # Views
//
// A view is ready to be shown: strings, bools and URLs, nothing that a template would have to compute. Whoever fills a
// view decides permissions, formats times and picks words; a template only asks whether something is there. Empty
// fields are left out or shown as unknown, so the zero value of every view renders. Views are plain values: a component
// only reads them, so one view may be rendered by several goroutines at once.
//
// Text is escaped by templ. URLs are [templ.SafeURL], which templ does not sanitize: a URL that contains anything a
// visitor sent goes through [templ.URL] or is built with net/url by the caller.
//
// # What a page needs from the server
//
// The pages work without JavaScript and contain no inline script, no inline style and no event handler. They run under
//
//	Content-Security-Policy: default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';
//	    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'
//
// where connect-src is for the progress of [SignOutPage] alone.
//
// Chromium holds form-action against the redirect that answers a form, too: where signing out, or adding an account,
// ends at the Account Portal of another host, that host belongs in form-action.
//
// Every form is a plain POST; those which mean one session carry its id in the hidden field "session_id", and that of the
// selected devices once for each checked box. The pages
// contain no CSRF token: the server checks the origin (net/http.CrossOriginProtection). Render into a buffer with the
// request's context, then write status and headers, so that a failed render is not half a page with status 200.
//
// # Test ids
//
// Every control and every value that a test would look for has a data-testid. These names are part of the contract:
//
//	layout      skip-link, brand, embedded-banner, notice, page-title, sign-in, sign-up,
//	            viewer, viewer-name, viewer-email, switch-account; each NavLink brings its own (nav-session, …)
//	home        signed-in-state, embedded, embedded-user, embedded-sign-in, route-group, route, route-link
//	dashboard   user-name, user-email, user-id, session-id, organization, role, token-expires, dashboard-link, route-link,
//	            call-api, call-answer
//	notes       note-text, add-note, note, note-shown, export, delete, empty
//	danger      delete-text, delete-notes, back, empty
//	live        live, live-text, live-state, live-time, live-sign-in, devices-link
//	admin       admin-user, organization, role, permission, back
//	403         status, account-name, account-email, organization, role, required, switch, back, reason, request-id
//	session     session-id, session-status, session-created, session-last-active, session-expires, session-device,
//	            organization, sign-out, sign-out-everywhere, devices-link, accounts-link
//	accounts    account-row, account-name, account-email, organization, current, switch, sign-out-account, add-account, empty
//	devices     device-row, device-name, device-ip, device-place, device-last-active, device-created, current, revoke,
//	            select, select-all, sign-out-selected, sign-out-others, sign-out-everywhere, device-count, newer, older,
//	            running-job, job-link, empty
//	sign-out    detail, sign-out-job, summary, ended, gone, failed, left, problem, failure, why, more-failures, retry,
//	            primary, secondary
//	verify      why, proof-form, proof, proof-error, proof-hint, verify, choice, problem, todo, sign-in-again, back
//	again       why, account, leave, sign-in-again, back
//	waiting     waiting-form, form-path, form-target, form-sent, form-expires, form-fields, ask, send, discard, empty, home
//	problem     status, what, todo, primary, secondary, reason, request-id
//
// Every account-row and device-row has its session id in data-session-id, and aria-current="true" where it is the
// session of this request.
package templates
