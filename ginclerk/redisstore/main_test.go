package redisstore_test

import (
	"os"
	"testing"

	"github.com/redis/go-redis/v9/logging"
	"go.uber.org/goleak"
)

// TestMain runs the tests, or a replica where the environment says so (see replicaProcess).
func TestMain(m *testing.M) {
	logging.Disable() // go-redis tells of every server that the tests kill
	if addr := os.Getenv(replicaEnv); addr != "" {
		os.Exit(replicaMain(addr))
	}
	goleak.VerifyTestMain(m)
}
