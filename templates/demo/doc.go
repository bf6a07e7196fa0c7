// Package demo has the pages of the demo as templ components, in the frame of package templates. They follow its rules for
// views, URLs and the content security policy. Only the demo imports this package: a program with the plugin does not carry
// these pages.
//
// # Test ids
//
//	home        signed-in-state, embedded, embedded-user, embedded-sign-in, embedded-add-account, route-group, route, route-link
//	dashboard   user-name, user-email, user-id, session-id, organization, role, token-expires, to-session and so on, route-link,
//	            call-api, call-answer
//	notes       note-text, add-note, note, note-shown, export, delete, empty
//	danger      delete-text, delete-notes, back, empty
//	live        live, live-text, live-state, live-time, live-sign-in, devices-link
//	admin       admin-user, organization, role, permission, users, back
package demo
