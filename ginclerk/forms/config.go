package forms

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/bounded"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// Defaults and limits of a [Config].
const (
	DefaultMaxForm  = 256 << 10
	DefaultMaxTotal = 32 << 20
	DefaultLifetime = time.Hour
	DefaultPerOwner = 3
	// MaxFormLimit is the largest MaxForm, in bytes: 8 MiB. Forms are held in memory.
	MaxFormLimit = 8 << 20
	// MaxPerOwner is the largest PerOwner.
	MaxPerOwner = 100
)

// Config configures a [Parking]. Store, and either Keys or SecretKey, are required. It does not print its keys.
type Config struct {
	// Store keeps the forms; replicas share one.
	Store storage.Store
	// Keys encrypt the forms: secrets of at least 32 random bytes, of which the first encrypts and all decrypt. Replicas share
	// them.
	Keys [][]byte
	// SecretKey of the Clerk instance is the secret where Keys is empty. Unused with Keys.
	SecretKey instance.SecretKey
	// Now tells the time; nil means the wall clock.
	Now func() time.Time
	// MaxForm is the longest body, in bytes; 0 means DefaultMaxForm, the most is MaxFormLimit.
	MaxForm int64
	// MaxTotal is what all forms together may take in the store, in bytes; 0 means DefaultMaxTotal, or four times MaxForm
	// if that is more. Forms of browsers take half of it at most.
	MaxTotal int64
	// Lifetime is how long a form is kept; 0 means DefaultLifetime, the least is a minute.
	Lifetime time.Duration
	// PerOwner is how many forms an owner can have; one more is ErrTooMany. 0 means DefaultPerOwner, the most is MaxPerOwner.
	PerOwner int
	// Show reports whether [Parking.Peek] may tell the value of a text field of a user's form, given the form's path without
	// its query and the field's name. Nil means that it tells no values. It must be safe for concurrent use.
	Show func(path, field string) bool
	// Observer is told of forms that lapse ([observe.Lapsed]); nil means no observer.
	Observer observe.Observer
	// Logger gets a line for each record that could not be deleted; nil discards it.
	Logger *slog.Logger
}

// String keeps the keys out of text.
func (c Config) String() string { return "forms.Config{…}" }

// Format keeps the keys out of text of every verb.
func (c Config) Format(state fmt.State, _ rune) { unprinted.Write(state, c.String()) }

// LogValue keeps the keys out of logs.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalText keeps the keys out of JSON.
func (c Config) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Parking keeps parked forms. Make one with [New]; it is safe for concurrent use.
type Parking struct {
	config  Config // without the keys
	keyring *sealed.Keyring
	// turn is held while this process changes a list or the total, so that its goroutines do not compete in the store.
	turn chan struct{}
}

// New makes a parking. It reports every problem of the configuration at once.
func New(config Config) (*Parking, error) {
	keyring, err := sealed.NewKeyring(sealed.Config{Keys: config.Keys, SecretKey: config.SecretKey, Now: config.Now})
	if err != nil {
		err = fmt.Errorf("forms: config: Keys: %w", err)
	}
	if err := errors.Join(config.check(), err); err != nil {
		return nil, err
	}
	config.Keys, config.SecretKey = nil, ""
	config.Now = clock.Or(config.Now)
	config.MaxForm = cmp.Or(config.MaxForm, DefaultMaxForm)
	config.MaxTotal = cmp.Or(config.MaxTotal, max(DefaultMaxTotal, 4*config.MaxForm))
	config.Lifetime = cmp.Or(config.Lifetime, DefaultLifetime)
	config.PerOwner = cmp.Or(config.PerOwner, DefaultPerOwner)
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	config.Observer = observe.All(config.Observer)
	config.Store = bounded.NewStore(config.Store, storeCall)
	return &Parking{config: config, keyring: keyring, turn: make(chan struct{}, 1)}, nil
}

func (c Config) check() error {
	var problems []error
	fail := func(field, problem string) {
		problems = append(problems, fmt.Errorf("forms: config: %s %s", field, problem))
	}
	if c.Store == nil {
		fail("Store", "is missing")
	}
	if c.MaxForm < 0 || c.MaxForm > MaxFormLimit {
		fail("MaxForm", "must be from 0 to MaxFormLimit")
	}
	if c.MaxTotal < 0 || c.MaxTotal > 0 && c.MaxTotal < 4*cmp.Or(c.MaxForm, DefaultMaxForm) {
		fail("MaxTotal", "must be at least four times MaxForm")
	}
	if c.Lifetime < 0 || c.Lifetime > 0 && c.Lifetime < time.Minute {
		fail("Lifetime", "must be at least a minute")
	}
	if c.PerOwner < 0 || c.PerOwner > MaxPerOwner {
		fail("PerOwner", "must be from 0 to MaxPerOwner")
	}
	return errors.Join(problems...)
}
