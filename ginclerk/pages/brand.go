package pages

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
	"github.com/ginclerk/ginclerk/internal/palette"
	"github.com/ginclerk/ginclerk/static"
	"github.com/ginclerk/ginclerk/templates"
)

// Brand makes the pages look like the application's own. The zero value is the look of ginclerk. [Mount] checks it.
type Brand struct {
	// Logo stands beside [Options].AppName. The zero value is the mark of ginclerk.
	Logo Logo
	// Icon is the icon in the browser's tab. The zero value is ginclerk's.
	Icon Icon
	// Light and Dark are the colors for visitors who prefer a bright and a dark screen. The zero values are ginclerk's.
	Light, Dark Colors
	// Scheme says that the pages are always bright or always dark. The zero value follows what the visitor prefers.
	Scheme Scheme
	// Stylesheet is the address of a style sheet that follows the one of the pages: a path of the application, or an https address, whose
	// origin the Content-Security-Policy then allows. It can set the custom properties that ginclerk.css names, such as
	// --ginclerk-font. Nothing checks the contrast of the colors in it. Empty: none.
	Stylesheet string
	// Footer is below every page. Links lead to a path of the application or to an absolute URL. The zero value is none.
	Footer templates.Footer
	// Pictures shows the pictures of users and organizations, which browsers load from https://img.clerk.com. false: their initials.
	// The picture of the visitor is known if the session token has a claim "image_url" or "picture", or if the application has asked for
	// [ginclerk.Auth.User] in the last minute.
	Pictures bool
}

// Logo is the application's logo. The zero value is none.
type Logo struct {
	// URL is its address: a path of the application, or an https address, whose origin the Content-Security-Policy then allows.
	URL string
	// SVG is the logo itself, in place of URL. The pages serve it.
	SVG []byte
	// Alt is the text for people who don't see the logo. With it the logo takes the place of the application's name; empty: the logo
	// stands beside the name.
	Alt string
	// Width and Height are its size in CSS pixels, with which it does not move the page when it arrives. Pages show it at most 160 wide
	// and 40 high.
	Width, Height int
}

// Icon is the icon in the browser's tab. The zero value is ginclerk's.
type Icon struct {
	// URL is its address: a path of the application, or an https address, whose origin the Content-Security-Policy then allows.
	URL string
	// SVG is the icon itself, in place of URL. The pages serve it.
	SVG []byte
}

// Scheme says which colors the pages have. The zero value is what the visitor prefers.
type Scheme string

// The schemes that hold whatever the visitor prefers.
const (
	AlwaysLight Scheme = "light"
	AlwaysDark  Scheme = "dark"
)

// Colors are the colors of a scheme, each with six hexadecimal digits: "#2f47c6". Each is a custom property of the style sheet, which a style
// sheet of the application can use, too. An empty one is ginclerk's, or follows from Accent or Danger, so that one color is enough.
//
// Mount fails if people can't tell apart two colors that meet on the pages, as WCAG 2.2 asks for on level AA: 4.5:1 for text, 3:1 for edges
// of buttons and fields.
type Colors struct {
	Background  string // --ginclerk-background: behind everything
	Surface     string // --ginclerk-surface: header, cards, fields, menus
	Sunken      string // --ginclerk-sunken: what the pointer rests on, and tags
	Text        string // --ginclerk-text
	Muted       string // --ginclerk-muted: text that matters less
	Line        string // --ginclerk-line: between rows; nothing depends on it
	Edge        string // --ginclerk-edge: around buttons and fields
	Accent      string // --ginclerk-accent: the main button
	AccentHover string // --ginclerk-accent-hover: the main button below the pointer
	OnAccent    string // --ginclerk-on-accent: text on Accent
	Link        string // --ginclerk-link: links, and the ring of what has the focus
	Tint        string // --ginclerk-tint: behind the current link
	Good        string // --ginclerk-good: what has worked
	GoodTint    string // --ginclerk-good-tint: behind Good
	Warning     string // --ginclerk-warning
	WarningTint string // --ginclerk-warning-tint: behind Warning
	Bad         string // --ginclerk-bad: errors
	BadTint     string // --ginclerk-bad-tint: behind Bad
	Danger      string // --ginclerk-danger: a button that ends sessions
	DangerHover string // --ginclerk-danger-hover: this button below the pointer
	OnDanger    string // --ginclerk-on-danger: text on Danger
}

// given returns the colors that are set.
func (c Colors) given() (colors palette.Colors, problems []error) {
	colors = palette.Colors{}
	for _, one := range []struct {
		name palette.Name
		text string
	}{
		{palette.Background, c.Background},
		{palette.Surface, c.Surface},
		{palette.Sunken, c.Sunken},
		{palette.Text, c.Text},
		{palette.Muted, c.Muted},
		{palette.Line, c.Line},
		{palette.Edge, c.Edge},
		{palette.Accent, c.Accent},
		{palette.AccentHover, c.AccentHover},
		{palette.OnAccent, c.OnAccent},
		{palette.Link, c.Link},
		{palette.Tint, c.Tint},
		{palette.Good, c.Good},
		{palette.GoodTint, c.GoodTint},
		{palette.Warning, c.Warning},
		{palette.WarningTint, c.WarningTint},
		{palette.Bad, c.Bad},
		{palette.BadTint, c.BadTint},
		{palette.Danger, c.Danger},
		{palette.DangerHover, c.DangerHover},
		{palette.OnDanger, c.OnDanger},
	} {
		if one.text == "" {
			continue
		}
		color, err := palette.Parse(one.text)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", one.name, err))
		}
		colors[one.name] = color
	}
	return colors, problems
}

// complete returns all colors of a scheme, or nil if none is given.
func (c Colors) complete(base palette.Colors) (palette.Colors, []error) {
	given, problems := c.given()
	if len(given) == 0 || len(problems) > 0 {
		return nil, problems
	}
	all := palette.Complete(base, given)
	return all, all.Check()
}

// sheet returns the style sheet with the colors of the brand; "" without any.
func (b Brand) sheet() (string, []error) {
	light, lightProblems := b.Light.complete(palette.Light())
	dark, darkProblems := b.Dark.complete(palette.Dark())
	problems := append(within("Light", lightProblems...), within("Dark", darkProblems...)...)
	switch b.Scheme {
	case "":
		return palette.Sheet(light, dark), problems
	case AlwaysLight:
		return palette.OneSheet(string(b.Scheme), orElse(light, palette.Light)), problems
	case AlwaysDark:
		return palette.OneSheet(string(b.Scheme), orElse(dark, palette.Dark)), problems
	default:
		return "", append(problems, fmt.Errorf("Scheme: %q must be empty, %q or %q", b.Scheme, AlwaysLight, AlwaysDark))
	}
}

// within names the option that errors are about.
func within(field string, problems ...error) []error {
	var named []error
	for _, err := range problems {
		if err != nil {
			named = append(named, fmt.Errorf("%s: %w", field, err))
		}
	}
	return named
}

func orElse(colors palette.Colors, base func() palette.Colors) palette.Colors {
	if colors != nil {
		return colors
	}
	return base()
}

// Names of the files of a brand.
const logoFile = "logo.svg"

// files returns the files of the pages: the brand's colors are in the style sheet, so that a browser asks for one.
func (b Brand) files() (*static.Assets, error) {
	own := map[string][]byte{}
	if len(b.Logo.SVG) > 0 {
		own[logoFile] = b.Logo.SVG
	}
	if len(b.Icon.SVG) > 0 {
		own[static.Icon] = b.Icon.SVG
	}
	if colors, _ := b.sheet(); colors != "" { // problems has told what is wrong with them
		embedded, err := static.Files()
		if err != nil {
			return nil, err
		}
		pages, err := fs.ReadFile(embedded, static.Stylesheet)
		if err != nil {
			return nil, err
		}
		own[static.Stylesheet] = append(pages, colors...)
	}
	return static.NewWith(own)
}

// problems are all that is wrong with the brand.
func (b Brand) problems() []error {
	problems := append(within("Logo", checkPicture(b.Logo.URL, b.Logo.SVG)), within("Icon", checkPicture(b.Icon.URL, b.Icon.SVG))...)
	if b.Logo.given() && (b.Logo.Width <= 0 || b.Logo.Height <= 0) {
		problems = append(problems, errors.New("Logo: its Width and Height must be set, in pixels: browsers keep that place free until it arrives"))
	}
	if b.Stylesheet != "" {
		problems = append(problems, within("Stylesheet", checkSource(b.Stylesheet))...)
	}
	for i, link := range b.Footer.Links {
		field := "Footer.Links[" + strconv.Itoa(i) + "]"
		problems = append(problems, within(field, checkLink(string(link.URL)))...)
		if strings.TrimSpace(link.Label) == "" {
			problems = append(problems, within(field, errors.New("has no Label: a link needs words"))...)
		}
	}
	_, colors := b.sheet()
	return append(problems, colors...)
}

func (l Logo) given() bool { return l.URL != "" || len(l.SVG) > 0 }

func checkPicture(address string, svg []byte) error {
	switch {
	case address != "" && len(svg) > 0:
		return errors.New("has both URL and SVG: set one of them")
	case address != "":
		return checkSource(address)
	case len(svg) > 0 && !bytes.Contains(svg, []byte("<svg")):
		return errors.New("SVG is no SVG file")
	}
	return nil
}

// checkSource checks the address of something that browsers load for a page.
func checkSource(address string) error {
	if localpath.Is(address) || strings.HasPrefix(sourceOf(address), "https://") {
		return nil
	}
	return fmt.Errorf("%q must be a path of the application, such as /brand.css, or an https address", address)
}

// sourceOf returns the origin of an address; "" of a path of the application.
func sourceOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return ""
	}
	return origin.Of(u).String()
}

// pictures is the origin from which Clerk serves the pictures of users and organizations.
const pictures = "https://img.clerk.com"

// picture returns the address of a picture that Clerk serves, if the brand shows pictures.
func (b Brand) picture(address string) templ.SafeURL {
	if !b.Pictures || sourceOf(address) != pictures {
		return ""
	}
	return templ.SafeURL(address)
}
