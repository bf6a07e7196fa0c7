package pages

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/devicelist"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
)

// Query parameters of the page of devices.
const (
	offsetParameter   = "offset"   // the number of rows to skip
	selectParameter   = "select"   // "others" checks every box
	searchParameter   = "q"        // words that a device must have
	browserParameter  = "browser"  // a browser's name, or "unknown"
	locationParameter = "location" // a city with its country's code, that code alone, or "unknown"
	activeParameter   = "active"   // 24h, 7d, 30d or over-90d
	sortParameter     = "sort"     // active, signed-in or location
	separateParameter = "separate" // "true" shows each sign-in in a row of its own
	addressParameter  = "address"  // "shown" shows the whole addresses

	selectOthers = "others"
	addressShown = "shown"
	separated    = "true"
	sortDefault  = "active"
)

// positionField is the form field with the query of the list from which an action comes, and to which it leads back.
const positionField = "position"

// maxWords is the longest length of a text in the query, in characters.
const maxWords = 100

// errDeviceQuery says that a query has something that no link and no form of these pages has.
var errDeviceQuery = errors.New("a parameter has no such value")

// deviceQuery is the query of a list of devices. The zero value is the list from its start.
type deviceQuery struct {
	devicelist.Query
	offset    int
	addresses bool // whole addresses are shown
	chosen    bool // every box is checked
}

// readDeviceQuery reads a query. Parameters that these pages do not have are left out: Clerk and others add such.
func readDeviceQuery(values url.Values) (deviceQuery, error) {
	read := queryReader{values: values}
	query := deviceQuery{
		Query: devicelist.Query{
			Search: read.words(searchParameter), Browser: read.words(browserParameter), Location: read.words(locationParameter),
			Active:   devicelist.Activity(read.oneOf(activeParameter, activityNames()...)),
			Order:    devicelist.Order(strings.TrimPrefix(read.oneOf(sortParameter, orderNames()...), sortDefault)),
			Separate: read.oneOf(separateParameter, separated) != "",
		},
		offset: read.number(offsetParameter), addresses: read.oneOf(addressParameter, addressShown) != "",
		chosen: read.oneOf(selectParameter, selectOthers) != "",
	}
	return query, read.err
}

func activityNames() (names []string) {
	for _, activity := range devicelist.Activities() {
		names = append(names, string(activity))
	}
	return names
}

func orderNames() (names []string) {
	for _, order := range devicelist.Orders() {
		names = append(names, orderName(order))
	}
	return names
}

// orderName is the value of the parameter sort.
func orderName(order devicelist.Order) string {
	if order == devicelist.ByActivity {
		return sortDefault
	}
	return string(order)
}

// queryReader reads parameters, each of which may be empty, and stands at most once. It keeps the first problem.
type queryReader struct {
	values url.Values
	err    error
}

func (r *queryReader) text(name string) string {
	switch given := r.values[name]; len(given) {
	case 0:
		return ""
	case 1:
		return given[0]
	default:
		return r.fail()
	}
}

func (r *queryReader) fail() string {
	r.err = errDeviceQuery
	return ""
}

func (r *queryReader) words(name string) string {
	text := strings.TrimSpace(r.text(name))
	if !utf8.ValidString(text) || utf8.RuneCountInString(text) > maxWords || strings.ContainsFunc(text, unicode.IsControl) {
		return r.fail()
	}
	return text
}

func (r *queryReader) oneOf(name string, allowed ...string) string {
	text := r.text(name)
	if text != "" && !slices.Contains(allowed, text) {
		return r.fail()
	}
	return text
}

func (r *queryReader) number(name string) int {
	text := r.text(name)
	if text == "" {
		return 0
	}
	number, err := strconv.Atoi(text)
	if err != nil || number < 0 {
		r.fail()
		return 0
	}
	return number
}

// encode writes the query as it stands in an address. Which boxes are checked is no position, so it is left out.
func (q deviceQuery) encode() string {
	values := url.Values{}
	set := func(name, value string) {
		if value != "" {
			values.Set(name, value)
		}
	}
	set(searchParameter, q.Search)
	set(browserParameter, q.Browser)
	set(locationParameter, q.Location)
	set(activeParameter, string(q.Active))
	set(sortParameter, string(q.Order))
	if q.Separate {
		set(separateParameter, separated)
	}
	if q.addresses {
		set(addressParameter, addressShown)
	}
	if q.offset > 0 {
		set(offsetParameter, strconv.Itoa(q.offset))
	}
	return values.Encode()
}

// devicesAt is the path of the list with a query.
func (s *Site) devicesAt(q deviceQuery) string { return withQuery(s.DevicesURL(), q.encode()) }

func withQuery(path, query string) string {
	if query == "" {
		return path
	}
	return path + "?" + query
}

// at returns the query for other rows.
func (q deviceQuery) at(offset int) deviceQuery {
	q.offset = offset
	return q
}

// filtered reports whether the query leaves devices out.
func (q deviceQuery) filtered() bool {
	return q.Search != "" || q.Browser != "" || q.Location != "" || q.Active != devicelist.Anytime || q.Separate
}

// hasTextOfOthers reports whether whoever makes a link to the page chooses text on it: more than one of a few values.
func (q deviceQuery) hasTextOfOthers() bool {
	return q.Search != "" || q.Browser != "" || q.Location != "" || q.offset%devicesPerPage != 0
}

// readPosition reads the query of the list from which a person or an action comes. What no link and no form of these pages has is the list
// from its start.
func readPosition(text string) deviceQuery {
	values, err := url.ParseQuery(text)
	if err != nil {
		return deviceQuery{}
	}
	query, err := readDeviceQuery(values)
	if err != nil {
		return deviceQuery{}
	}
	return query
}

// position returns the list from which an action comes. The form of the request has been read.
func (s *Site) position(c *gin.Context) string {
	return s.devicesAt(readPosition(c.Request.PostForm.Get(positionField)))
}

// noSuchDevicePage answers a request whose query no link and no form of these pages has.
func (s *Site) noSuchDevicePage(c *gin.Context, err error) {
	p := ginclerk.Problem{
		Status: http.StatusBadRequest, Error: "Bad request", Reason: reason.BadRequest,
		Detail: "A parameter of the query has a value that it can’t have: see the documentation of package pages.", Remedy: "Ask without it.",
	}
	if !ginclerk.WantsJSON(c) {
		v := s.voice(c)
		p.Error, p.Detail, p.Remedy = v.Text("devices.page-missing-title"), v.Text("devices.page-missing"), v.Text("devices.page-missing-todo")
		p.Action, p.ActionLabel = s.DevicesURL(), v.Text("devices.back")
	}
	_ = c.Error(err)
	s.clerk.For(c).Answer(c, p)
}
