package webhooks

import "time"

// timeout is how long a receiver has for its answer (Svix, "Retry Schedule").
const timeout = 15 * time.Second

// schedule is how long after a failed attempt the next one comes (Svix, "Retry Schedule"). The first attempt comes at once.
func schedule() []time.Duration {
	return []time.Duration{
		5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 10 * time.Hour,
	}
}
