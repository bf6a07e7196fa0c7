package redisstore

import (
	_ "embed"

	"github.com/redis/go-redis/v9"
)

//go:embed scripts/begin.lua
var beginScript string

//go:embed scripts/write.lua
var writeScript string

//go:embed scripts/read.lua
var readScript string

// scripts are the scripts of [Revocations].
type scripts struct{ write, read *redis.Script }

func newScripts() scripts {
	return scripts{write: redis.NewScript(beginScript + writeScript), read: redis.NewScript(beginScript + readScript)}
}
