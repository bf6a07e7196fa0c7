package core_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

func TestDevicesOfRequests(t *testing.T) {
	t.Parallel()
	const apple = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
	for _, row := range []struct {
		name, header string
		want         world.Activity
	}{
		{
			"Chrome on a Mac",
			"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
			world.Activity{DeviceType: "Macintosh", BrowserName: "Chrome", BrowserVersion: "140.0.0.0"},
		},
		{
			"a headless Chrome counts as Chrome",
			"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/139.0.1.2 Safari/537.36",
			world.Activity{DeviceType: "Linux", BrowserName: "Chrome", BrowserVersion: "139.0.1.2"},
		},
		{
			"Edge calls itself Chrome too",
			"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 Edg/139.0.3405.86",
			world.Activity{DeviceType: "Windows", BrowserName: "Edge", BrowserVersion: "139.0.3405.86"},
		},
		{
			"Safari on an iPhone says like Mac OS X",
			"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) " + apple + " Version/18.5 Mobile/15E148 Safari/604.1",
			world.Activity{DeviceType: "iPhone", Mobile: true, BrowserName: "Safari", BrowserVersion: "18.5"},
		},
		{
			"Chrome on an iPhone",
			"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) " + apple + " CriOS/119.0.6045.109 Mobile/15E148 Safari/604.1",
			world.Activity{DeviceType: "iPhone", Mobile: true, BrowserName: "Chrome", BrowserVersion: "119.0.6045.109"},
		},
		{
			"Firefox on an iPad", "Mozilla/5.0 (iPad; CPU OS 12_2 like Mac OS X) " + apple + " FxiOS/16.0 Mobile/15E148 Safari/605.1.15",
			world.Activity{DeviceType: "iPad", Mobile: true, BrowserName: "Firefox", BrowserVersion: "16.0"},
		},
		{
			"Chrome on Android says Linux too",
			"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36",
			world.Activity{DeviceType: "Android", Mobile: true, BrowserName: "Chrome", BrowserVersion: "138.0.0.0"},
		},
		{
			"Firefox on an Android tablet", "Mozilla/5.0 (Android 14; Tablet; rv:142.0) Gecko/142.0 Firefox/142.0",
			world.Activity{DeviceType: "Android", Mobile: true, BrowserName: "Firefox", BrowserVersion: "142.0"},
		},
		{
			"Firefox on Linux", "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0",
			world.Activity{DeviceType: "Linux", BrowserName: "Firefox", BrowserVersion: "142.0"},
		},
		{"a program", "Go-http-client/1.1", world.Activity{}},
		{"a program that says Mobile", "Shop/2.0 Mobile", world.Activity{}},
		{"nothing", "", world.Activity{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = ""
			r.Header.Set("User-Agent", row.header)
			if diff := cmp.Diff(row.want, core.ActivityOf(r)); diff != "" {
				t.Errorf("ActivityOf (-want +got):\n%s", diff)
			}
		})
	}
}
