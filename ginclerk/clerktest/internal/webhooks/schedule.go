package webhooks

import "time"

// timeout is how long a receiver may take for its answer (Svix, "Retry Schedule").
const timeout = 15 * time.Second

// schedule has the time between a failed attempt and the next one (Svix, "Retry Schedule"). The first attempt has no delay.
func schedule() []time.Duration {
	return []time.Duration{
		5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 10 * time.Hour,
	}
}
