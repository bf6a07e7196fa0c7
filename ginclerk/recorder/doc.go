// Package recorder keeps the last decisions of an application in memory, so that somebody who develops or operates it can read afterwards why a
// request was or was not signed in: what came in, which steps were taken, which reason came of it and what to do.
//
//	recorder, err := recorder.New(recorder.Config{})
//	if err != nil {
//		return err
//	}
//	clerk, err := ginclerk.New(ginclerk.Config{
//		// …
//		Observer: observe.All(observe.Log(logger), recorder),
//	})
//	r.Use(recorder.Watch(), clerk.Attach())
//	err = recorder.Mount(r, clerk, recorder.MountOptions{})
//
// [Recorder.Watch] stands in front of Attach and says what came in and how the request ended; without it an entry has what the events say.
// [Recorder.Mount] mounts a page at [PagePath], for this machine alone and for development instances alone; everything else has to be asked for.
// Programs get the same as JSON, and [Entry.GoTest] makes of a decision a Go test that brings about the same one on the embedded Clerk.
//
// # What is kept
//
// An entry has the method and the masked target, the names of headers and cookies, what a token says of itself that is no credential (key id,
// issuer, party, times), the user's id, and a hash of the session's id by which rows of one session can be told to belong together. It has no
// token, no part of one, no value of a cookie or header, and no key. Text that clients choose is cut short, and has no control characters.
//
// The recorder keeps [Config].Entries entries and [Config].Bytes bytes at most, and drops the oldest first. An entry has 40 steps at most.
// It costs a few microseconds for each request, and holds one lock for a moment for each event.
package recorder
