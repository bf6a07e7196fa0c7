// Package templates has the pages of the plugin as templ components: sessions, accounts, devices, proof, waiting forms and
// problems. Each page is one exported component, XxxPage, which takes one view struct, XxxView. The package knows nothing of
// Clerk, of Gin or of HTTP.
//
// An application shows its own pages in the same frame with [Layout], and in the same style with [Heading], [Fact],
// [TextFact], [IDFact], [TimeFact], [OrganizationFacts] and [Moment]. The package templates/demo has such pages.
//
// A host shows parts of the pages on its own: [UserButton], [SessionCard], [DeviceList], [AccountList] and [OrganizationSwitcher]. And it
// shows the pages in its own layout: see [Document].
//
// # Style
//
// The style sheet, ginclerk.css of package static, holds for elements with the class "ginclerk" and what is in them. It names its custom
// properties at its beginning: a host sets --ginclerk-accent and the others, for its own colors. It works from left to right and from right
// to left, in both color schemes, with forced colors, and on paper.
//
// # Views
//
// A view is ready to be shown: it has strings, bools and URLs, and a template computes nothing. The caller that fills a view
// decides permissions, formats times and chooses words; a template only asks whether a field is empty. A page leaves an empty
// field out or shows it as unknown, so the zero value of every view renders. Views are plain values: a component only reads
// them, so several goroutines may render one view at the same time.
//
// templ escapes text. URLs are [templ.SafeURL], which templ does not sanitize: the caller passes a URL that contains anything
// from a visitor through [templ.URL], or builds it with net/url.
//
// # What a page needs from the server
//
// The pages work without JavaScript and contain no inline script, no inline style and no event handler. They run under
//
//	Content-Security-Policy: default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';
//	    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'
//
// Only the progress of [SignOutPage] needs connect-src.
//
// Chromium applies form-action to the redirect that answers a form, too. If signing out or adding an account leads to the
// Account Portal on another host, add that host to form-action.
//
// Every form is a plain POST. A form about one session has the session's id in the hidden field "session_id"; the form for the
// selected devices has that field once for each checked box. The pages contain no CSRF token: the server checks the origin
// (net/http.CrossOriginProtection). Render into a buffer with the request's context, then write status and headers. A failed
// render is then an error, and not half a page with status 200.
//
// # Test ids
//
// Every control and every value that a test looks for has a data-testid. These names are part of the contract:
//
//	layout      skip-link, brand, embedded-banner, notice, page-title, sign-in, sign-up,
//	            logo, footer, user-button, viewer, viewer-name, viewer-email, switch-account, menu-organizations, menu-session,
//	            menu-devices, menu-sign-out; each NavLink has the name in its TestID (nav-session, …); in a layout of the host:
//	            ginclerk
//	parts       session-card, device-list, account-list, organization-switcher; in them part-device, part-account, part-active,
//	            part-signed-in, part-last-active, part-expires, part-session, part-sign-out, part-switch, part-switch-organization,
//	            part-all-devices, part-all-organizations, part-add-account
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
