// Package forms keeps forms that could not be taken when they arrived, until the browser comes back and the user sends
// them again: a [Parking] where forms are parked.
//
// A form is posted with a session token that has expired and can't be renewed there and then, say. It is parked, the
// browser goes through sign-in or a handshake, and a page offers to send the form again. What the package promises:
//
//   - A form is given out once ([Parking.Claim]), whatever the number of goroutines, replicas and reloads that ask: its record
//     is deleted by a compare-and-swap before it is returned. Should the store's answer to that get lost, so is the form;
//     the other way round it could be sent twice.
//   - Nobody but its [Owner] learns that a form exists. It is encrypted for its id and its owner; to everybody else, and
//     where a record was changed or is of another keyring, the answer is [ErrNotFound].
//   - The id has 130 random bits and is all that a cookie needs to carry. The store sees neither ids nor owners, but
//     their SHA-256.
//   - It ends after [Config].Lifetime, by the clock inside the sealed record and by the store's own.
//
// # Quotas
//
// Each owner has [Config].PerOwner forms at most, and of long ones, a part of the total that takes three of the longest:
// then [ErrTooMany]. So a few users leave room for others. All together have [Config].MaxTotal bytes: then
// [ErrFull]. Nothing is thrown out for a new form, whose sender can be told; who sent an older one has gone on, and
// could not. Anybody who sends requests without cookies is a new browser each time, so forms of browsers take at
// most half of the total, and can't keep out those of users, who had a token of theirs signed.
//
// The owner's forms and the total are records of their own, changed by compare-and-swap. The total is counted in slots of
// time and not by form, so that it stays small, and what a crashed process reserved is free again when its slot is over.
//
// # What the page may show
//
// [Parking.Peek] tells the names of the fields and their sizes, and nothing else: a form may hold anything. Values are for the
// application to release, field by field ([Config].Show), never those of fields that look like secrets, of which not
// even the size is told, and never of a browser's form: the browser may be shared, and who sits in front of it now has
// not proven to be who filled the form in.
//
// The caller decides when to park (after its cross-origin check passed) and passes every guard again when the form is
// replayed: a parked form proves nothing about who may do what.
package forms
