package instance_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

func TestSecretKeyType(t *testing.T) {
	t.Parallel()
	for raw, want := range map[instance.SecretKey]instance.Type{
		"sk_live_abc": instance.Production,
		"live_abc":    instance.Production,
		"sk_test_abc": instance.Development,
		"test_abc":    instance.Development,
		"pk_test_abc": "",
		"":            "",
	} {
		got, known := raw.Type()
		if got != want || known != (want != "") {
			t.Errorf("%s: %q %v, want %q", raw, got, known, want)
		}
	}
}

func TestSecretKeyNeverPrintsItself(t *testing.T) {
	t.Parallel()
	const secret = "Xq7aVeryS3cretPart"
	for _, key := range []instance.SecretKey{"sk_test_" + secret, "live_" + secret, secret, "sk_live_a_" + secret} {
		var logged strings.Builder
		slog.New(slog.NewJSONHandler(&logged, nil)).Info("key", "key", key)
		encoded, err := json.Marshal(map[string]any{"key": key})
		if err != nil {
			t.Fatal(err)
		}
		for manner, printed := range map[string]string{
			"%v": fmt.Sprintf("%v", key), "%q": fmt.Sprintf("%q", key),
			"%#v": fmt.Sprintf("%#v", key), "%+v": fmt.Sprintf("%+v", struct{ K instance.SecretKey }{key}),
			"slog": logged.String(), "JSON": string(encoded),
		} {
			if strings.Contains(printed, secret) {
				t.Errorf("%s prints the key: %s", manner, printed)
			}
		}
		if key.Reveal() != string(key) {
			t.Errorf("Reveal returns something else")
		}
	}
}
