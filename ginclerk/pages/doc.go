// Package pages has the session pages as Gin handlers: the session of this browser, the accounts on it, the devices of its
// user, and pages for problems. The server renders them; they work without JavaScript.
//
//	site, err := pages.Mount(r, clerk, pages.Options{AppName: "Acme"})
//
// mounts, below the router's own prefix:
//
//	GET  /sessions                       this session
//	GET  /sessions/accounts              accounts on this browser
//	GET  /sessions/devices               devices of this user: see Devices
//	GET  /sessions/devices/:id           one of them
//	GET  /sessions/sign-out-others       asks before all sessions of the user but this one end
//	GET  /sessions/sign-out-everywhere   asks before all sessions of the user end
//	GET  /sessions/devices/sign-out      asks before selected sessions end, for a proof (Options.ProveSignOut)
//	GET  /sessions/accounts/sign-out-all asks before all accounts on this browser are signed out
//	GET  /sessions/activity              what happened lately to the account (?kind=sign_ins&day=2026-11-24&offset=20)
//	GET  /sessions/activity/export.csv   all of it, for spreadsheets
//	GET  /sessions/activity/:entry/not-me  for a sign-in that the user does not know; afterwards, what else helps
//	GET  /sessions/organizations         organizations of this user, for a guard too ([ginclerk.Role]); ?redirect_url=/admin
//	GET  /sessions/sign-outs/:id         progress and outcome of a job that signs out
//	GET  /sessions/sign-outs/:id/events  the same as server-sent events
//	GET  /sessions/verify                asks for proof of who the user is, for a guard ([ginclerk.Reverified])
//	POST /sessions/verify/proof          checks a password or a code
//	POST /sessions/verify/factor         chooses another factor; Clerk sends its code
//	GET  /sessions/sign-in-again         the same page as a guard shows for a session that is too old ([ginclerk.Clerk.MaxSessionAge])
//	POST /sessions/sign-in-again         ends the session, and leads to sign-in and back
//	GET  /sessions/forms                 forms that wait to be sent again
//	POST /sessions/forms/send            sends a form, once
//	POST /sessions/forms/discard         drops a form without sending it
//	GET  /sessions/parts/…               parts for pages of the application, as fragments: user-button, session, devices, accounts,
//	                                     organizations
//	GET  /sessions/language              choice of language and time zone, signed in or not
//	POST /sessions/language              keeps the choice: language, time_zone, return_to
//	GET  /sessions/static/…              style sheet, scripts and icon (Options.AssetsPath moves them)
//	POST /sessions/sign-out              ends this session
//	POST /sessions/devices/revoke        ends one session of the user: session_id
//	POST /sessions/devices/:id/name      gives a device a name: name, empty to remove it
//	POST /sessions/activity/:entry/not-me  ends the session of that sign-in
//	POST /sessions/activity/:entry/acknowledge  notes that the user has confirmed a sign-in
//	POST /sessions/accounts/sign-out     ends one session of this browser: session_id
//	POST /sessions/accounts/sign-out-all ends all sessions of this browser, this one last
//	POST /sessions/switch                makes another session of this browser the current one: session_id
//	POST /sessions/organizations/switch  makes an organization the active one: organization_id, empty for the personal account
//	POST /sessions/devices/sign-out      ends the selected sessions: session_id, once for each, or several with spaces between
//	POST /sessions/sign-out-others       ends all sessions of the user but this one
//	POST /sessions/sign-out-everywhere   ends all sessions of the user, this one last
//	POST /sessions/sign-outs/:id/retry   retries the sessions that a job could not end
//
// With Options.Administrators:
//
//	GET  /sessions/users                 finds a user by e-mail address or id (?query=)
//	GET  /sessions/users/:user           sessions and activity of a user
//	POST /sessions/users/:user/sign-out  ends one session of a user: session_id
//	GET  /sessions/users/:user/sign-out-everywhere  asks before all of them end
//	POST /sessions/users/:user/sign-out-everywhere  ends all of them
//
// Every action is a POST that must come from the application's own pages. It checks with Clerk that the session belongs to the
// user or to the browser, and redirects to a page that shows the result. If the token has expired and can't be renewed, the
// action is not kept to be sent later: a user does not expect a sign-out that waits.
//
// [Site.MountRoutes] adds a page for those who develop the application: what guards each of its routes.
//
// # Devices
//
// The page of devices shows 20 rows, this device first. Sessions with the same browser, type of device and location are one row, which
// tells how many sign-ins it has; a session that is this one, has a name or another actor is a row of its own. The query says which devices
// are shown:
//
//	q         words that the device, its location, its address or its name has; capital letters don't matter
//	browser   a browser's name, such as Edge, or unknown
//	location  a city with the code of its country, such as "Toronto, CA"; that code alone; or unknown
//	active    when it was last used: 24h, 7d, 30d, or over-90d for more than 90 days ago
//	sort      active (the default), signed-in or location
//	separate  true: each sign-in in a row of its own
//	address   shown: whole addresses; without it the last two parts of IPv4, and what follows the first 48 bits of IPv6, are hidden
//	offset    how many rows come before
//
// An empty value is none. A value that no link of the page has gets 400. Actions of the page send the query as position, and lead back to
// it with the notice in focus.
//
// A row says if the device is this one; new (signed in within the last 24 hours); in an unusual location (a country in which the user has no
// other device, of three or more whose country is known); used by an impersonator; not used for 90 days.
//
// Names of devices are kept in ginclerk.Stores.Records, 200 for a user, until 400 days after the last one was given. A user's next name
// drops those of sessions that are over. An impersonator can't give names.
//
// Ending all sessions, or all others, asks first, and says how many devices it signs out, and how many sign-ins these have. What counts
// sessions, such as a job, says sign-ins. Options.ProveSignOut asks for a proof in front; then selected sessions are asked about, too.
//
// # Language and time
//
// The pages speak English, Arabic, Brazilian Portuguese, French, German, Japanese and Spanish: what Options.Language says, else what the
// person has chosen on the page of the language, else what the browser asks for. Options.Languages adds languages and replaces sentences;
// see package localization. Times are in the zone that Options.TimeZone returns, else in the chosen one, else in that of the browser, else
// in UTC, and then they say so. Browsers keep this in cookies for a year: ginclerk_language and ginclerk_time_zone_chosen, and
// ginclerk_time_zone, which the script of the pages sets. None is a secret.
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
// # Activity
//
// The journal of an instance ([Site.Activity], package activity) keeps what lately happened to the account of each user: sign-ins,
// sign-outs and who did them, changes of the password and of two-step verification. It is in ginclerk.Stores.Records, and without one in
// the memory of the process. The pages record what is done on them. Clerk's webhooks tell of everything else:
//
//	webhook.New(webhook.Config{Activity: site.Activity(clerk), …})
//
// Without webhooks the journal learns of other sign-ins when a user opens the page of devices, and it does not learn of sign-outs
// elsewhere. What can't be recorded is logged, and the action goes on.
//
// [Site.Frame] asks about a sign-in of the same user that came later than that of the session, until the user confirms it or the session
// ends, for 30 days at most. This takes one read of the store for each page, which waits for at most 200 milliseconds, and no request
// to Clerk. If the journal does not know when the session of the request began, the age of the first factor in the token (fva) says it. An
// impersonator is asked nothing and confirms nothing. Neither does a session that is younger than the sign-in confirm it (404): whoever
// signs in with a stolen password can't answer for the user.
//
// Options.OnActivity is told of each new entry, so that the application sends mail. It runs in the background: see package activity for
// what this means.
//
// # Administrators
//
// Options.Administrators lets some users see and end the sessions of others. By default these are the members of the organization that is
// active in the administrator's session; other users don't exist for the administrator (404). A member's sessions are all sessions of that
// user, whichever organization is active in them. Each action is in the activity of the user, with the administrator as the one who did
// it. The user is told that an administrator did it, and not which one.
//
// # Impersonation
//
// If a session has an actor (the claim act), every page says who acts for whom, and has a button that ends this session. So has every page of
// the application that shows [Site.Frame]. This impersonator ends only the sessions of the user
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
//	a device   a session with "name": null or the name that the user gave, "badges": [any of "new", "unusual_location",
//	            "impersonated", "unused"]
//	devices    {"data": [a device], "total_count": how many match, "sign_out": a job that runs or left sessions, or null}; each
//	            session by itself, 100 at a time, with the same parameters
//	a plan     {"object": "sign_out_plan", "scope": "everywhere" | "others" | "selected" | "browser", "total": how many sessions would end}, of the
//	            pages that ask first
//	activity   {"data": [an entry], "total_count": of all pages}
//	an entry   {"object": "activity", "id", "kind": see activity.Kind, "created_at", "session_id", "latest_activity": as above, "reason":
//	            Clerk's word for why it ended the session, "count": of selected sessions, "by": {"agent": see activity.Agent, "id",
//	            "session_id", "latest_activity"}, "acknowledged"}; null where there is none. GET …/not-me answers with one, too
//	users      {"data": [{"id", "name", "email_address", "image_url"}], "total_count"}
//	a user     {"object": "user", "id", "name", "email_address", "image_url", "banned", "locked", "last_sign_in_at",
//	            "sessions": [a session], "activity": [an entry] or null if it can't be read}
//	a job      {"object": "sign_out", "id", "url", "scope": "everywhere" | "others" | "selected", "actor": as above,
//	            "status": "running" | "finished", "complete", "total", "revoked", "already_gone", "failed_count",
//	            "failed": [{"session_id", "reason"}], "current_kept", "problem", "effective", "created_at", "updated_at",
//	            "finished_at", "signed_out": whether this browser is signed out}
//
// An action that ends one session answers 200 {"object": "session_end", "session_id", "effective", "signed_out"}, where
// effective is "now" or "within_60_seconds". A switch answers 200 {"object": "session_switch", "session_id"} or
// {"object": "organization_switch", "organization_id": null for the personal account}, and a confirmed sign-in
// {"object": "sign_in_acknowledgement", "id"}. An action that ends
// many sessions answers with the job: 200 if it has finished, else 202 with its address in Location, and 409 if another job runs.
// Signing out of all accounts on a browser answers 200 {"object": "browser_sign_out", "ended": [session ids], "left": [session ids],
// "complete", "effective", "signed_out"}. A name for a device answers with the device; 422 for a text that is no name, 409 for a user who
// has 200.
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
// application's whole router: mounted on a *gin.Engine, or named by Options.Replay. The page of saved forms shows its user what they
// entered, in the application's words if Options.Forms has some. It does not show values that look like a secret, by the name of the field
// or by themselves, and no values of a form whose sender is not known. Files are shown by name and size. Each page between the form and
// its being sent says that the form is saved; the application's own sign-in page is told by the parameter saved=form, and by notice and
// cause why the user has to sign in ([ginclerk.SignInSaved], [ginclerk.SignInNotice], [ginclerk.SignInCause]). Clerk's Account Portal
// does not read them.
//
// # Problems
//
// A page about a problem says in the language of the visitor what happened and what to do. The sentences are those of package
// localization, below problem.; a problem of the application ([ginclerk.Clerk.Answer]) has its own words. Where waiting helps, the page
// says for how long, as Retry-After does. [Site.NotFound] and [Site.MethodNotAllowed] are for addresses that the application does not have.
//
// No page shows a reason code. Each has a reference for support: the request id of the application (its response header X-Request-Id), or
// else a short random text. The event of the refusal has it, too (package observe), and so has the line that observe.Log writes.
//
// A user who lacks a role or a permission is offered, by name, the organizations in which they have it. The other organizations are offered
// unless it is known that none of them helps. For this the page asks Clerk for the user's memberships, which are remembered for a minute.
//
// An application shows its own pages in the same frame with [Site.Frame] and [Site.Render].
//
// # Compression
//
// A client that accepts gzip gets two pages compressed: devices (118 kB become 10 kB with 20 devices that have 57 sign-ins shown) and a job that signs out. The
// length of a compressed page tells what in it is alike. An outsider who can put text on a page, and who sees how long the encrypted
// response is, could guess the rest of the page (the attack BREACH). So a page is compressed only if no outsider chooses text on it.
// Not compressed are pages with a notice, pages for an impersonator or for a visitor who is signed out, devices that are searched or filtered
// by browser or location, every page that shows an address from its parameters or the name of an organization, problems, JSON, streams,
// parts, and pages of the application or in its own layout. Pages below a
// folder that http.StripPrefix or a proxy takes off the path are compressed if ginclerk.Config.BasePath names the folder: otherwise
// whoever makes a link to the page may choose that text.
//
// Middleware that compresses every response of the application also compresses these pages. Leave [Site.SessionURL] and what is below
// it out. Style sheet and scripts are public: every client that accepts Brotli or gzip gets them compressed.
package pages
