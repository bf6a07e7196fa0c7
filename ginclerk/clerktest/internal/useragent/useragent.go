package useragent

import "strings"

// Device is what a User-Agent header says. The zero value means that it says nothing that is known here.
type Device struct {
	// Type is Macintosh, Windows, iPhone, iPad, Android or Linux, or "" where unknown.
	Type string
	// Mobile says whether it is a telephone or a tablet.
	Mobile bool
	// Browser is Chrome, Firefox, Safari or Edge, or "" where unknown.
	Browser string
	// Version is the browser's version, such as 140.0.0.0, or "".
	Version string
}

type mark struct{ text, name string }

// Parse reads a User-Agent header. It never fails: what it doesn't know stays empty. A headless Chrome counts as Chrome.
func Parse(header string) Device {
	var d Device
	// Order matters: Android says Linux too, and an iPhone says "like Mac OS X".
	for _, m := range []mark{
		{"iPhone", "iPhone"},
		{"iPad", "iPad"},
		{"Android", "Android"},
		{"Macintosh", "Macintosh"},
		{"Windows", "Windows"},
		{"Linux", "Linux"},
	} {
		if strings.Contains(header, m.text) {
			d.Type = m.name
			break
		}
	}
	d.Mobile = d.Type == "iPhone" || d.Type == "iPad" || d.Type == "Android"
	d.Browser, d.Version = browser(header)
	return d
}

// browser looks for the most particular name first: Edge calls itself Chrome too, and Chrome calls itself Safari.
func browser(header string) (name, version string) {
	for _, m := range []mark{
		{"EdgiOS/", "Edge"},
		{"EdgA/", "Edge"},
		{"Edg/", "Edge"},
		{"FxiOS/", "Firefox"},
		{"Firefox/", "Firefox"},
		{"CriOS/", "Chrome"},
		{"HeadlessChrome/", "Chrome"},
		{"Chrome/", "Chrome"},
	} {
		if v, found := after(header, m.text); found {
			return m.name, v
		}
	}
	if strings.Contains(header, "Safari/") {
		v, _ := after(header, "Version/")
		return "Safari", v
	}
	return "", ""
}

// after returns the version number behind a mark: digits and dots, 32 bytes at most.
func after(header, text string) (version string, found bool) {
	_, rest, found := strings.Cut(header, text)
	if !found {
		return "", false
	}
	const longest = 32
	end := 0
	for end < len(rest) && end < longest && (rest[end] == '.' || (rest[end] >= '0' && rest[end] <= '9')) {
		end++
	}
	return rest[:end], true
}
