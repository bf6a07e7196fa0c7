// Package pages has the session pages as Gin handlers: the session of this browser, the accounts on it, the devices of its
// user, and pages for problems. They are rendered on the server and work without JavaScript.
//
//	site, err := pages.Mount(r, clerk, pages.Options{AppName: "Acme"})
//
// mounts, below the router's own prefix:
//
//	GET  /sessions                       this session
//	GET  /sessions/accounts              accounts on this browser
//	GET  /sessions/devices               devices of this user, 100 at a time (?offset=100)
//	GET  /sessions/sign-outs/:id         how far a job is that signs out, and how it went
//	GET  /sessions/sign-outs/:id/events  the same while it happens, as server-sent events
//	GET  /sessions/verify                proves once more who is signed in, where a guard asks ([ginclerk.Reverified])
//	POST /sessions/verify/proof          tries a password or a code
//	POST /sessions/verify/factor         chooses another factor, and has its code sent
//	GET  /sessions/sign-in-again         says why a session is too old ([ginclerk.Clerk.MaxSessionAge])
//	POST /sessions/sign-in-again         ends it, and leads to sign-in and back
//	GET  /sessions/forms                 forms that could not be taken at once
//	POST /sessions/forms/send            sends one, once
//	POST /sessions/forms/discard         ends one unsent
//	GET  /sessions/static/…              style sheet, scripts and icon (or wherever Options.AssetsPath says)
//	POST /sessions/sign-out              ends this session
//	POST /sessions/devices/revoke        ends one session of the user: session_id
//	POST /sessions/accounts/sign-out     ends one session of this browser: session_id
//	POST /sessions/switch                makes another session of this browser the current one: session_id
//	POST /sessions/devices/sign-out      ends those that are selected: session_id, any number of times
//	POST /sessions/sign-out-others       ends all of the user but this one
//	POST /sessions/sign-out-everywhere   ends all of the user, this one last
//	POST /sessions/sign-outs/:id/retry   tries again what a job could not end
//
// Every action is a POST that must come from the application's own pages, checks with Clerk that the session belongs to
// the user or to the browser, and ends in a redirect to a page that tells the result. With an expired token that can't be
// renewed, actions are not kept to be sent later: nobody wants to find a sign-out waiting.
//
// # Signing out many sessions
//
// That is a job ([ginclerk.Clerk.SignOuts]). One that is over within a second and a half is told as a notice; any other, and
// one that could not end everything, has a page. Without scripts it is loaded again every two seconds while the job runs;
// with them it is kept up to date by events, and loaded again once at the end. A job of everything ends the session that
// looks at it. That is not left to the browser, which may be gone by then. Instead the browser remembers the job in a sealed
// cookie for an hour, and that cookie is enough to be shown the numbers, and nothing else: the page stays where it is, and
// says how it went to a browser in which nobody is signed in.
//
// A job goes on when its page is closed. After a restart of the application it goes on where the store keeps it
// (storage.Lasting); where the store is the memory of the process, the page says that it does not.
//
// A stream of events ends with the job, with the session, when the browser leaves, and after ten minutes at most (the browser
// then opens another one). http.Server.Shutdown waits for streams; give it a limit.
//
// What was ended is said to be signed out "now" where every replica refuses it at once ([ginclerk.Clerk.RevokesEverywhere]);
// while other replicas can't be told, and of what had ended otherwise, the pages say that it can take up to 60 seconds.
//
// # Impersonation
//
// Where somebody acts as a user (the claim act), every page says who acts for whom. Such a session ends sessions in which the
// same actor acts, and no other of that user: one by one, selected, all others or everywhere, unless
// Options.ImpersonatorsMayEndUserSessions allows it. Their jobs are apart from the user's. They can't prove that they are the
// user, so the verification page refuses, and sends the user no code. What they fill in and what is then kept waits for
// them and not for the user.
//
// # JSON
//
// Programs get JSON from the same routes, with the same checks ([ginclerk.WantsJSON] says who counts as one). Names are those
// of Clerk's APIs, and so are times: milliseconds since 1970, null where there is none. Problems are problem JSON (RFC 9457)
// with a "reason". Actions take a form, or JSON with "session_id" or, for the selected, "session_ids"; other content
// types are 415, what can't be read is 400, what is too long 413, a session that there isn't or that is somebody else's 404, one
// to switch to that is not active 409.
//
//	a session  {"object": "session", "id", "user_id", "status", "last_active_organization_id", "created_at", "last_active_at",
//	            "expire_at", "abandon_at", "latest_activity": {"device_type", "browser_name", "browser_version", "is_mobile",
//	            "ip_address", "city", "country"}, "current": true for that of the request,
//	            "actor": {"sub"} of who acts as the user, where somebody does (impersonation)}
//	accounts   {"data": [a session with "user": {"id", "name", "email_address", "image_url"} and "organization_name"],
//	            "total_count"}
//	devices    {"data": [a session], "total_count": of all pages, "sign_out": a job that runs or left something, or null}
//	a job      {"object": "sign_out", "id", "url", "scope": "everywhere" | "others" | "selected", "actor": as above,
//	            "status": "running" | "finished", "complete", "total", "revoked", "already_gone", "failed_count",
//	            "failed": [{"session_id", "reason"}], "current_kept", "problem", "effective", "created_at", "updated_at",
//	            "finished_at", "signed_out": this browser is}
//
// An action that ends one session answers 200 {"object": "session_end", "session_id", "effective", "signed_out"}, where
// effective is "now" or "within_60_seconds"; a switch 200 {"object": "session_switch", "session_id"}; one that ends many
// answers with the job: 200 where it has finished, else 202 with its address in Location, and 409 where another job runs.
// What changes the browser's own session says in "redirect_url" where the browser has to go for Clerk's cookies to follow.
//
// # Proof and waiting forms
//
// The pages for these are for people alone; programs are told by the guards. What is proved is asked of Clerk's Frontend API
// with the browser's own credential, and nothing of it is kept here. Where the application does not see that credential (in
// production without a proxy, or after a switch that is the application's alone), signing in again is offered instead.
//
// A form that arrives with a session that has run out, is too old or lacks proof is kept and offered again, where the pages
// know the application's whole router: mounted on a *gin.Engine, or told by Options.Replay.
//
// An application shows its own pages in the same frame with [Site.Frame] and [Site.Render].
package pages
