package useragent_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/useragent"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, header string
		want         useragent.Device
	}{
		{
			"Chrome on a Mac",
			"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
			useragent.Device{Type: "Macintosh", Browser: "Chrome", Version: "140.0.0.0"},
		},
		{
			"a headless Chrome counts as Chrome",
			"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/139.0.1.2 Safari/537.36",
			useragent.Device{Type: "Linux", Browser: "Chrome", Version: "139.0.1.2"},
		},
		{
			"Edge calls itself Chrome too",
			"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 Edg/139.0.3405.86",
			useragent.Device{Type: "Windows", Browser: "Edge", Version: "139.0.3405.86"},
		},
		{
			"Safari on an iPhone says like Mac OS X",
			"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
			useragent.Device{Type: "iPhone", Mobile: true, Browser: "Safari", Version: "18.5"},
		},
		{
			"Chrome on Android says Linux too",
			"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36",
			useragent.Device{Type: "Android", Mobile: true, Browser: "Chrome", Version: "138.0.0.0"},
		},
		{
			"Firefox on Linux",
			"Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0",
			useragent.Device{Type: "Linux", Browser: "Firefox", Version: "142.0"},
		},
		{"a program", "Go-http-client/1.1", useragent.Device{}},
		{"nothing", "", useragent.Device{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(row.want, useragent.Parse(row.header)); diff != "" {
				t.Errorf("Parse (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("Mozilla/5.0 (Macintosh) Chrome/140.0.0.0 Safari/537.36")
	f.Add("Chrome/")
	f.Add("Edg/1" + strings.Repeat(".1", 100))
	f.Fuzz(func(t *testing.T, header string) {
		d := useragent.Parse(header)
		if len(d.Version) > 32 || strings.Trim(d.Version, ".0123456789") != "" {
			t.Errorf("version %q is no version", d.Version)
		}
	})
}
