// Package forms keeps a form that the application could not take when it arrived, until the user comes back and sends it again.
// A [Parking] keeps the forms.
//
// An example is a form that is posted with a session token that has expired and can't be renewed at once. The application parks
// the form, the browser goes through sign-in or a handshake, and a page offers to send the form again. What the package promises:
//
//   - A form is given out once ([Parking.Claim]), whatever the number of goroutines, replicas and reloads that ask: a
//     compare-and-swap deletes its record before Claim returns it. If the store's answer to that is lost, the form is lost too;
//     in the other order it could be sent twice.
//   - Only its [Owner] learns that a form exists. A form is encrypted for its id and its owner. Another owner gets
//     [ErrNotFound], and so does the owner where the record was changed or belongs to another keyring.
//   - The id has 130 random bits and is all that a cookie needs to carry. The store sees the SHA-256 of ids and owners only.
//   - A form ends after [Config].Lifetime, by the clock inside the sealed record and by the clock of the store.
//
// # Quotas
//
// Each owner has [Config].PerOwner forms at most, and a part of the total for long ones: 1/32, or three of the longest forms if
// that is more. A form beyond that is [ErrTooMany], so a few users leave room for others. All forms together take
// [Config].MaxTotal bytes at most; a form beyond that is [ErrFull].
//
// No form is dropped to make room for a new one: the sender of the new form can be told, the sender of the old one has left the
// page. A client that sends no cookies is a new browser each time, so forms of browsers take half of the total at most. The rest
// is for users, who have proven with a signed token who they are.
//
// The list of an owner's forms and the total are separate records, changed by compare-and-swap. The total counts bytes by slots
// of time, not by form, so that it stays small. The bytes that a crashed process reserved are free again when their slot is over.
//
// # What the page may show
//
// [Parking.Peek] tells only the names and the sizes of the fields, because a form may hold anything. The application releases
// values, field by field ([Config].Show). It never tells two kinds of value: those of fields whose name looks like that of a
// secret (it does not tell their size either), and those of a browser's form, because another person may use the browser by now.
//
// The caller decides when to park a form (after its cross-origin check passed), and passes every guard again when it replays the
// form: a parked form proves nothing about permissions.
package forms
