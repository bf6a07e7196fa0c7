package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/redis/go-redis/v9/logging"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/doctor"
	"github.com/ginclerk/ginclerk/ginclerk/internal/pasted"
	"github.com/ginclerk/ginclerk/internal/secretfile"
)

// The exit statuses of the command doctor, by the worst finding.
const (
	exitFine     = 0
	exitWarnings = 1
	exitErrors   = 2
)

// maxCookies is the longest header Cookie that is read, in bytes.
const maxCookies = 1 << 20

// doctorFlags are the flags of the command doctor.
type doctorFlags struct {
	url, origins, cookies string
	webhook, redis        string
	json                  bool
	timeout               time.Duration
}

// runDoctor examines the configuration that the environment has.
func runDoctor(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags, err := parseDoctor(args, stdout, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitFine
	case err != nil:
		return exitUsage
	}
	subject, err := flags.subject(os.Stdin)
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "ginclerk doctor:", err)
		return exitUsage
	}
	logging.Disable() // the report says what is wrong with Redis
	ctx, cancel := context.WithTimeout(ctx, flags.timeout)
	defer cancel()
	report := doctor.Examine(ctx, subject)
	if err := flags.write(stdout, report); err != nil {
		_, _ = fmt.Fprintln(stderr, "ginclerk doctor: the report could not be written:", err)
		return exitErrors
	}
	switch report.Worst() {
	case doctor.Error:
		return exitErrors
	case doctor.Warning:
		return exitWarnings
	default:
		return exitFine
	}
}

const doctorHelp = `Usage: ginclerk doctor [flags]

Examines the configuration that the environment has, and what is around it. It reads the CLERK_ variables as the application does
with ginclerk.ConfigFromEnv, and

  ORIGINS                       the application's own addresses, separated by commas
  CLERK_WEBHOOK_SIGNING_SECRET  the signing secret of the endpoint of -webhook
  REDIS_URL                     the Redis server that replicas share
  NAME_FILE                     for each variable with a secret, the path of a file that has it
  NO_COLOR                      set to anything: no color on a terminal

Exit status: 0 all is fine, 1 warnings, 2 errors, 3 the command line can't be read. (go run itself exits with 1 for all of these.)

`

// parseDoctor reads the flags. When it returns an error, it has already written the help to stdout or the reason to stderr.
func parseDoctor(args []string, stdout, stderr io.Writer) (doctorFlags, error) {
	var f doctorFlags
	flags := flag.NewFlagSet("ginclerk doctor", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&f.url, "url", "", "the `address` of one of the application's pages as browsers write it, behind Attach")
	flags.StringVar(&f.origins, "origins", "", "Config.Origins, a comma `list`; without the flag, ORIGINS")
	flags.StringVar(&f.cookies, "cookies", "", "a `file` with the header Cookie of a browser, from its developer tools; - is the standard input")
	flags.StringVar(&f.webhook, "webhook", "", "the `address` of the endpoint for Clerk's webhooks, which gets three test deliveries")
	flags.StringVar(&f.redis, "redis", "", "the `address` of Redis, redis://user:password@host:port/database; without the flag, REDIS_URL")
	flags.BoolVar(&f.json, "json", false, "write JSON")
	flags.DurationVar(&f.timeout, "timeout", time.Minute, "how long all of it may take")
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		_, _ = fmt.Fprint(stdout, doctorHelp) // an error means that the reader has gone
		flags.SetOutput(stdout)
		flags.PrintDefaults()
		return doctorFlags{}, err
	}
	if err == nil && flags.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "ginclerk doctor: %v\nginclerk doctor -help lists the flags.\n", err)
	}
	return f, err
}

func (f doctorFlags) subject(stdin io.Reader) (doctor.Subject, error) {
	config := ginclerk.ConfigFromEnv()
	config.Origins = pasted.List(cmp.Or(f.origins, os.Getenv("ORIGINS")))
	cookies, cookiesErr := f.readCookies(stdin)
	redis, redisErr := secretfile.Variable("REDIS_URL")
	webhookSecret, secretErr := secretfile.Variable("CLERK_WEBHOOK_SIGNING_SECRET")
	return doctor.Subject{
		Config: config, URL: f.url, Cookies: cookies, WebhookURL: f.webhook, RedisURL: pasted.Bare(cmp.Or(f.redis, redis)),
		WebhookSecret: pasted.Bare(webhookSecret),
	}, errors.Join(cookiesErr, redisErr, secretErr)
}

// readCookies reads the header Cookie from a file, because on the command line it would stay in the history of the shell.
func (f doctorFlags) readCookies(stdin io.Reader) (string, error) {
	source := stdin
	switch f.cookies {
	case "":
		return "", nil
	case "-":
	default:
		file, err := os.Open(f.cookies)
		if err != nil {
			return "", fmt.Errorf("-cookies: %w", err)
		}
		defer func() { _ = file.Close() }() // it was read
		source = file
	}
	text, err := io.ReadAll(io.LimitReader(source, maxCookies))
	if err != nil {
		return "", fmt.Errorf("-cookies: %w", err)
	}
	return string(text), nil
}

func (f doctorFlags) write(w io.Writer, report doctor.Report) error {
	if !f.json {
		return report.WriteText(w, doctor.TextOptions{Color: wantsColor(w)})
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(report)
}

// wantsColor reports whether the writer is a terminal whose user has not turned color off (no-color.org).
func wantsColor(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isatty.IsTerminal(file.Fd())
}
