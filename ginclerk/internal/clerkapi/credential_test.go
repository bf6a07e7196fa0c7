package clerkapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
)

func TestCredentialsAreNotPrinted(t *testing.T) {
	t.Parallel()
	browser := devBrowser()
	params := clerkapi.RefreshParams{ExpiredToken: "dvb_secret", RefreshToken: "client.jwt.secret"}
	var log bytes.Buffer
	for _, logger := range []*slog.Logger{slog.New(slog.NewJSONHandler(&log, nil)), slog.New(slog.NewTextHandler(&log, nil))} {
		logger.Info("x", "credential", browser.Credential, "browser", browser, "params", params)
	}
	encoded, err := json.Marshal(browser)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		log.String(), string(encoded),
		fmt.Sprint(browser, browser.Credential, params),
		fmt.Sprintf("%+v %+v %+v", browser, browser.Credential, params),
		fmt.Sprintf("%#v %#v %#v", browser, browser.Credential, params),
	} {
		checkNoCredential(t, text)
	}
}
