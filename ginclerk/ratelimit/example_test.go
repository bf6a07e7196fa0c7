package ratelimit_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/ulule/limiter/v3"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// exampleClock stands still, so that the examples print the same every time; a program leaves Now out.
func exampleClock() time.Time { return time.UnixMilli(1_767_225_600_000) }

func Example() {
	store := ratelimit.NewMemory(ratelimit.Config{Now: exampleClock})
	user := ratelimit.Policy{Name: "user", Limit: 2, Window: 10 * time.Second}
	organization := ratelimit.Policy{Name: "organization", Limit: 1000, Window: time.Hour}
	for range 3 {
		d, err := store.Decide(context.Background(),
			ratelimit.Charge{Key: "user_1", Policy: user, Cost: 1},
			ratelimit.Charge{Key: "org_1", Policy: organization, Cost: 1},
		)
		if err != nil {
			log.Fatal(err)
		}
		header := http.Header{}
		ratelimit.SetHeaders(header, d, ratelimit.HeaderOptions{})
		fmt.Println(d.Allowed, d.RetryAfter(), header.Get("RateLimit"))
	}
	// Output:
	// true 0s "user";r=1;t=11, "organization";r=999;t=3601
	// true 0s "user";r=0;t=11, "organization";r=998;t=3601
	// false 10.001s "user";r=0;t=11, "organization";r=998;t=11
}

func ExampleUluleStore() {
	store := ratelimit.UluleStore(ratelimit.NewMemory(ratelimit.Config{Now: exampleClock}))
	users := limiter.New(store, limiter.Rate{Limit: 1, Period: time.Minute})
	for range 2 {
		c, err := users.Get(context.Background(), "user_1")
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(c.Reached, c.Remaining)
	}
	// Output:
	// false 0
	// true 0
}
