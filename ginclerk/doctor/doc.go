// Package doctor examines the configuration of an application and what is around it: Clerk, the address that browsers use, the
// endpoint of webhooks, Redis. It says what it found, why that matters, and what to do.
//
//	report := doctor.Examine(ctx, doctor.Subject{Config: config, URL: "https://app.example.com"})
//	err := report.WriteText(os.Stdout, doctor.TextOptions{})
//
// The program ginclerk does this on the command line, with the variables of [ginclerk.ConfigFromEnv]:
//
//	go run github.com/ginclerk/ginclerk/ginclerk/cmd/ginclerk doctor -url https://app.example.com
//
// # What it does
//
// It asks Clerk's two APIs for their signing keys. It requests [Subject].URL and the session pages a few times as a browser would, and
// follows redirects within the application alone. It sends three events of the type ginclerk.doctor to [Subject].WebhookURL, one of
// them with a good signature: webhook.Config.OnEvent sees that one. In Redis it writes one counter and one record, which expire within
// a minute. Nothing else changes anywhere, and no user or session is touched.
//
// # What it can't see
//
// It sees an application from the outside, as a browser does, and the application answers it nothing that it would not tell any
// outsider. Where a request has arrived for the application, it reads from the redirect that begins a handshake: this has the
// address that the application believes it is at. The cookies of a browser are examined where they are given ([Subject].Cookies): their
// sizes, those that come twice, and whether the application accepts the session token, whenever it was copied.
//
// # Findings
//
// A [Finding] has an id that stays the same, such as clock-wrong, and a [Severity]. Findings and reports never contain a key, a
// token, a cookie or a password.
package doctor
