// Package pages has the session pages as Gin handlers: the session of this browser, the accounts on it, the devices of its
// user, and pages for problems. The server renders them; they work without JavaScript.
//
//	site, err := pages.Mount(r, clerk, pages.Options{AppName: "Acme"})
//
// mounts, below the router's own prefix:
//
//	GET  /sessions                       this session
//	GET  /sessions/accounts              accounts on this browser
//	GET  /sessions/devices               devices of this user, 100 at a time (?offset=100)
//	GET  /sessions/organizations         organizations of this user, for a guard too ([ginclerk.Role]); ?redirect_url=/admin
//	GET  /sessions/sign-outs/:id         progress and outcome of a job that signs out
//	GET  /sessions/sign-outs/:id/events  the same as server-sent events
//	GET  /sessions/verify                asks for proof of who the user is, for a guard ([ginclerk.Reverified])
//	POST /sessions/verify/proof          checks a password or a code
//	POST /sessions/verify/factor         chooses another factor; Clerk sends its code
//	GET  /sessions/sign-in-again         says why a session is too old ([ginclerk.Clerk.MaxSessionAge])
//	POST /sessions/sign-in-again         ends the session, and leads to sign-in and back
//	GET  /sessions/forms                 forms that wait to be sent again
//	POST /sessions/forms/send            sends a form, once
//	POST /sessions/forms/discard         drops a form without sending it
//	GET  /sessions/parts/…               parts for pages of the application, as fragments: user-button, session, devices, accounts,
//	                                     organizations
//	GET  /sessions/static/…              style sheet, scripts and icon (Options.AssetsPath moves them)
//	POST /sessions/sign-out              ends this session
//	POST /sessions/devices/revoke        ends one session of the user: session_id
//	POST /sessions/accounts/sign-out     ends one session of this browser: session_id
//	POST /sessions/switch                makes another session of this browser the current one: session_id
//	POST /sessions/organizations/switch  makes an organization the active one: organization_id, empty for the personal account
//	POST /sessions/devices/sign-out      ends the selected sessions: session_id, once for each
//	POST /sessions/sign-out-others       ends all sessions of the user but this one
//	POST /sessions/sign-out-everywhere   ends all sessions of the user, this one last
//	POST /sessions/sign-outs/:id/retry   retries the sessions that a job could not end
//
// Every action is a POST that must come from the application's own pages. It checks with Clerk that the session belongs to the
// user or to the browser, and redirects to a page that shows the result. If the token has expired and can't be renewed, the
// action is not kept to be sent later: a user does not expect a sign-out that waits.
//
// [Site.MountRoutes] adds a page for those who develop the application: what guards each of its routes.
//
// # Brand and layout
//
// Options.Brand has the logo, the icon, the colors for bright and dark screens, a style sheet, a footer and the pictures of users. One
// color is enough: what is not set follows from it. Mount refuses colors that people can't tell apart (WCAG 2.2, level AA), and names the
// pair and its contrast. The colors become custom properties in the style sheet, whose name has a hash of its content.
//
//	pages.Options{AppName: "Acme", Brand: pages.Brand{Light: pages.Colors{Accent: "#0b7a4b"}, Dark: pages.Colors{Accent: "#0f8f5a"}}}
//
// Options.Layout puts the pages into the application's own layout, which gets the title, the language, the direction, what belongs into
// the head, and the body: see [templates.Document], and [templates.HTMLLayout] for html/template. The style sheet changes nothing outside
// of that body. Options.Templates replaces single pages. Options.Sources allows what a layout loads from elsewhere; the policy of the
// pages allows no inline script and no inline style.
//
// # Parts
//
// An application shows parts on pages of its own: a user button, a session card, lists of devices and accounts, an organization switcher.
// [Site.Parts] fills their views, package templates has the components. Each part is a fragment for htmx, too:
//
//	<div hx-get="/sessions/parts/user-button" hx-trigger="load"></div>
//
// If htmx sends an action of a part, the part comes back with the result. Other actions that htmx sends, and those that end the session,
// have it open a page (HX-Redirect). A page that shows parts has [Parts.Head] in its head.
//
// # Signing out many sessions
//
// A job ([Site.SignOuts]) ends many sessions. If it finishes within 1.5 seconds, a notice shows the outcome. A job that
// takes longer, or that could not end every session, has a page. Without scripts the page reloads every two seconds while the job
// runs. With scripts, events keep it up to date, and it reloads once at the end. A job that ends every session also ends the session
// that looks at it. The job itself does this, because the browser may be gone by then. The browser keeps the job's name in a sealed
// cookie for an hour. This cookie shows the numbers of the job and nothing else, so the page also works after the browser is signed
// out.
//
// A job continues after its page is closed. After a restart of the application it continues if the store keeps it
// (storage.Lasting). If the store is the memory of the process, the page says that the job stops.
//
// A stream of events ends with the job, with the session, when the browser leaves, and after at most ten minutes (the browser then
// opens another one). http.Server.Shutdown waits for streams; give it a limit.
//
// The pages say that a session is signed out "now" if every replica refuses it at once ([ginclerk.Clerk.RevokesEverywhere]). While
// other replicas can't be told, and for sessions that something else ended, they say that it can take up to 60 seconds.
//
// # Impersonation
//
// If a session has an actor (the claim act), every page says who acts for whom. This impersonator ends only the sessions of the user
// that have the same actor: one by one, selected, all others or everywhere. Options.ImpersonatorsMayEndUserSessions allows the rest.
// The impersonator's jobs and the user's jobs are apart. The impersonator can't prove to be the user: the verification page refuses,
// and Clerk sends the user no code. A form that the impersonator fills in waits for the impersonator, and not for the user.
//
// # JSON
//
// Programs get JSON from the same routes, with the same checks ([ginclerk.WantsJSON] says which requests come from programs). Names
// are those of Clerk's APIs. Times are, too: milliseconds since 1970, and null for no time. Problems are problem JSON (RFC 9457) with
// a "reason". Actions read a form, or JSON with "session_id" or, for selected sessions, "session_ids". Other content types get 415,
// an unreadable body 400, a body that is too long 413, a session that does not exist or belongs to another user 404, a switch to a
// session that is not active 409, and an organization that the user is not a member of 404.
//
//	a session  {"object": "session", "id", "user_id", "status", "last_active_organization_id", "created_at", "last_active_at",
//	            "expire_at", "abandon_at", "latest_activity": {"device_type", "browser_name", "browser_version", "is_mobile",
//	            "ip_address", "city", "country"}, "current": true for the session of the request,
//	            "actor": {"sub"} of the impersonator, if the session has one}
//	accounts   {"data": [a session with "user": {"id", "name", "email_address", "image_url"} and "organization_name"],
//	            "total_count"}
//	organizations {"data": [{"object": "organization_membership", "id", "role", "role_name", "organization": {"id", "name", "slug",
//	            "image_url"}, "current": true for the active one}], "total_count"}
//	devices    {"data": [a session], "total_count": of all pages, "sign_out": a job that runs or left sessions, or null}
//	a job      {"object": "sign_out", "id", "url", "scope": "everywhere" | "others" | "selected", "actor": as above,
//	            "status": "running" | "finished", "complete", "total", "revoked", "already_gone", "failed_count",
//	            "failed": [{"session_id", "reason"}], "current_kept", "problem", "effective", "created_at", "updated_at",
//	            "finished_at", "signed_out": whether this browser is signed out}
//
// An action that ends one session answers 200 {"object": "session_end", "session_id", "effective", "signed_out"}, where
// effective is "now" or "within_60_seconds". A switch answers 200 {"object": "session_switch", "session_id"} or
// {"object": "organization_switch", "organization_id": null for the personal account}. An action that ends
// many sessions answers with the job: 200 if it has finished, else 202 with its address in Location, and 409 if another job runs.
// If an action changes the browser's own session, "redirect_url" is the address that the browser must open so that Clerk's cookies
// follow.
//
// # Proof and waiting forms
//
// These pages are for people. Guards answer programs. The pages check proof with Clerk's Frontend API and the browser's own
// credential, and keep none of it. If the application does not see that credential (in production without a proxy, or after a switch
// that only the application knows), the page offers to sign in again.
//
// A form that arrives with a session that has expired, is too old or lacks proof is kept and offered again, if the pages know the
// application's whole router: mounted on a *gin.Engine, or named by Options.Replay.
//
// An application shows its own pages in the same frame with [Site.Frame] and [Site.Render].
//
// # Compression
//
// A client that accepts gzip gets two pages compressed: devices (174 kB become 9 kB with 100 devices) and a job that signs out. The
// length of a compressed page tells what in it is alike. An outsider who can put text on a page, and who sees how long the encrypted
// response is, could guess the rest of the page (the attack BREACH). So a page is compressed only if no outsider chooses text on it.
// Not compressed are pages with a notice, pages for an impersonator or for a visitor who is signed out, every page that shows an
// address from its parameters or the name of an organization, problems, JSON, streams, parts, and pages of the application or in its own
// layout. Pages below a
// folder that http.StripPrefix or a proxy takes off the path are compressed if ginclerk.Config.BasePath names the folder: otherwise
// whoever makes a link to the page may choose that text.
//
// Middleware that compresses every response of the application also compresses these pages. Leave [Site.SessionURL] and what is below
// it out. Style sheet and scripts are public: every client that accepts Brotli or gzip gets them compressed.
package pages
