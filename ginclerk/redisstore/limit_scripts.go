package redisstore

import (
	"context"
	_ "embed"

	"github.com/redis/go-redis/v9"
)

//go:embed scripts/limit_look.lua
var limitLookScript string

//go:embed scripts/limit_charge.lua
var limitChargeScript string

//go:embed scripts/limit_answer.lua
var limitAnswerScript string

//go:embed scripts/limit_refund.lua
var limitRefundScript string

// limitScripts are the scripts of [Limits].
type limitScripts struct{ decide, peek, refund limitScript }

func newLimitScripts() limitScripts {
	return limitScripts{
		decide: newLimitScript(limitLookScript + limitChargeScript),
		peek:   newLimitScript(limitLookScript + limitAnswerScript),
		refund: newLimitScript(limitRefundScript),
	}
}

// limitScript is a script, whose answer is a string, and the hash by which Redis remembers it.
type limitScript struct{ source, hash any } // strings, boxed once

func newLimitScript(source string) limitScript {
	return limitScript{source: source, hash: redis.NewScript(source).Hash()}
}

// command returns the command that runs the script, by its hash or with its source.
func (s limitScript) command(ctx context.Context, known bool, keys []string, args []any) *redis.StringCmd {
	all := make([]any, 0, 3+len(keys)+len(args))
	if known {
		all = append(all, "evalsha", s.hash, len(keys))
	} else {
		all = append(all, "eval", s.source, len(keys))
	}
	for _, key := range keys {
		all = append(all, key)
	}
	cmd := redis.NewStringCmd(ctx, append(all, args...)...)
	cmd.SetFirstKeyPos(3)
	return cmd
}

// processor sends a command and returns its answer.
type processor func(context.Context, *redis.StringCmd) (string, error)

// run runs the script on the node that has the keys.
func (s limitScript) run(ctx context.Context, process processor, keys []string, args []any) (string, error) {
	answered, err := process(ctx, s.command(ctx, true, keys, args))
	if isUnknownScript(err) {
		return process(ctx, s.command(ctx, false, keys, args))
	}
	return answered, err
}

// alone sends each command by itself.
func alone(client redis.UniversalClient) processor {
	return func(ctx context.Context, cmd *redis.StringCmd) (string, error) {
		_ = client.Process(ctx, cmd) // Result has the error
		return cmd.Result()
	}
}

// sentOnce is a command that go-redis doesn't send again after its answer is lost.
type sentOnce struct{ *redis.StringCmd }

// NoRetry implements redis.Cmder.
func (sentOnce) NoRetry() bool { return true }

// runOnce runs the script. It does not run the script again if it is unknown whether the script ran.
func (s limitScript) runOnce(ctx context.Context, client redis.UniversalClient, keys []string, args []any) error {
	err := client.Process(ctx, sentOnce{s.command(ctx, true, keys, args)})
	if isUnknownScript(err) {
		err = client.Process(ctx, sentOnce{s.command(ctx, false, keys, args)})
	}
	return err
}

// answer is the answer of one of several nodes.
type answer struct {
	text string
	err  error
}

// runApart runs the script for all parts at the same time.
func (s limitScript) runApart(ctx context.Context, client redis.UniversalClient, parts []chargesOfNode, args func(chargesOfNode) []any) []answer {
	commands := make([]*redis.StringCmd, len(parts))
	_, _ = client.Pipelined(ctx, func(pipe redis.Pipeliner) error { // every command has its own error
		for i, part := range parts {
			commands[i] = s.command(ctx, true, part.keys, args(part))
			_ = pipe.Process(ctx, commands[i])
		}
		return nil
	})
	answers := make([]answer, len(parts))
	for i, part := range parts {
		answers[i].text, answers[i].err = commands[i].Result()
		switch {
		case isUnknownScript(answers[i].err):
			answers[i].text, answers[i].err = s.run(ctx, alone(client), part.keys, args(part))
		case answers[i].text != "":
			// When the context ends, go-redis returns its error for all nodes, also for those that have answered.
			answers[i].err = nil
		}
	}
	return answers
}

func isUnknownScript(err error) bool { return err != nil && redis.HasErrorPrefix(err, "NOSCRIPT") }
