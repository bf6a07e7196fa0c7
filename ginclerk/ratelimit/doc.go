// Package ratelimit limits how often something may be done in a sliding window: the decision, a store in memory, the header
// fields, and an adapter for github.com/ulule/limiter/v3. It knows no Gin and no Redis. Start with [NewMemory].
//
// # The decision
//
// Time is cut into windows that are aligned to the Unix epoch. A counter has two numbers: the units used in the current window, and
// those used in the one before. A request is let in if
//
//	floor((1 − elapsed/window) × previous) + current + cost ≤ limit
//
// where elapsed is how far the current window has gone, in milliseconds. A refused request costs nothing. Several policies on one
// request are decided together: all are charged, or none. [Decide] is that decision, and every store's.
//
// # Its error
//
// The weight takes the previous window's units for evenly spread. Where they are not, the window that ends now may hold more than
// limit, by elapsed/window × previous at most (rounded up to a unit): so never more than twice the limit, and only for a client that
// spends all of one window at its end and all of the next. A window from one multiple of its length to the next never holds more
// than limit; n windows in a row, however they lie, not more than (n + 1) × limit. A limit of 1 can let two requests in that are two
// milliseconds apart, across a boundary. The other way round, a request is refused only if more than limit would have been used
// since the previous window began.
//
// # Waiting
//
// [Decision.RetryAfter] and [Result.Reset] solve the rule for time: they are the first millisecond at which it holds, if no other
// request uses the key. The arithmetic is float64, in the order of the limiter that was recorded (JavaScript and Redis's Lua),
// since exact arithmetic would decide differently where the product is whole.
//
// # Clocks
//
// A clock that jumps ahead forgets what would have been forgotten by then. One that steps back forgets nothing: by less than a
// window, the counter waits; by more, it moves along ([Counts.At]). It locks a caller out for three windows at most.
//
// # How it was checked
//
// The recorded decisions of @upstash/ratelimit's slidingWindow agree row by row on allowed and remaining (the recorded reset is
// the end of the fixed window, and not ours). Random histories with jumping clocks are held against a log of every unit: the rule
// itself, and the error above. Every wait of random states is held against the decisions a millisecond before and at its end; a fuzz
// target does both with rational arithmetic.
package ratelimit
