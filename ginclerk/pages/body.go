package pages

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
)

// The limits of a body, in bytes: for one session, and for the selected sessions of a job.
const (
	maxForm      = 8 << 10
	maxSelection = signout.MaxSelected * 64
)

// sessionField is the form field with the id of a session. A form of selected sessions has one for each device.
const sessionField = "session_id"

// Reasons why a body names no session.
var (
	errBodyType  = errors.New("the content type is neither application/json nor application/x-www-form-urlencoded")
	errBodyShape = errors.New(`the body is no object with a string "session_id" or an array of strings "session_ids"`)
	errNoneNamed = errors.New("the body names no session")
)

// target reads the one session that the request names. Package session checks what may be done with it.
func (s *Site) target(c *gin.Context, back string) (string, bool) {
	ids, err := readSessions(c, maxForm)
	if err == nil && len(ids) != 1 {
		err = errBodyShape
	}
	if err != nil {
		s.unreadable(c, back, err, s.voice(c).Text("signout.none-named"))
		return "", false
	}
	return ids[0], true
}

// selection reads the sessions that the request names.
func (s *Site) selection(c *gin.Context) ([]string, bool) {
	ids, err := readSessions(c, maxSelection)
	if err != nil {
		s.unreadable(c, s.position(c), err, s.voice(c).Text("signout.none-selected"))
		return nil, false
	}
	return ids, true
}

func (s *Site) unreadable(c *gin.Context, back string, err error, text string) {
	p := ginclerk.Problem{Status: http.StatusBadRequest, Error: "Bad request", Detail: err.Error(), Reason: reason.BadRequest}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.Is(err, errBodyType):
		p.Status, p.Error = http.StatusUnsupportedMediaType, "Unsupported media type"
	case errors.As(err, &tooLarge):
		p.Status, p.Error, p.Detail = http.StatusRequestEntityTooLarge, "Request too large", "the body is too long"
	}
	s.failedAction(c, back, p, text)
}

// readBody reads the form of a body of at most so many bytes, or reports that the body is JSON, which is taken if the answer is JSON, too.
func readBody(c *gin.Context, limit int64) (form url.Values, asJSON bool, err error) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, limit)
	kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	switch {
	case err == nil && kind == "application/x-www-form-urlencoded":
		err := c.Request.ParseForm()
		return c.Request.PostForm, false, err
	case err == nil && kind == "application/json" && ginclerk.WantsJSON(c):
		return nil, true, nil
	default:
		return nil, false, errBodyType
	}
}

// readSessions reads session ids from a body: from a form, or from JSON if the answer is JSON, too.
func readSessions(c *gin.Context, limit int64) ([]string, error) {
	form, asJSON, err := readBody(c, limit)
	ids := sessionsIn(form[sessionField])
	if err == nil && asJSON {
		ids, err = decodeSessions(c.Request.Body)
	}
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if id == "" {
			return nil, errNoneNamed
		}
	}
	if len(ids) == 0 {
		return nil, errNoneNamed
	}
	return ids, nil
}

// sessionsIn returns the ids in form fields, each once. A field of a device with several sign-ins has the ids of all, with spaces between.
func sessionsIn(fields []string) []string {
	var ids []string
	named := map[string]bool{}
	for _, field := range fields {
		parts := strings.Split(field, " ")
		for _, id := range parts {
			if !named[id] {
				named[id] = true
				ids = append(ids, id)
			}
		}
	}
	return ids
}

func decodeSessions(body io.Reader) ([]string, error) {
	var named struct {
		SessionID  *string  `json:"session_id"`
		SessionIDs []string `json:"session_ids"`
	}
	err := decodeBody(body, &named, errBodyShape)
	switch {
	case err != nil:
		return nil, err
	case named.SessionID != nil && named.SessionIDs != nil:
		return nil, errBodyShape
	case named.SessionID != nil:
		return []string{*named.SessionID}, nil
	default:
		return named.SessionIDs, nil
	}
}

// decodeBody decodes a body that is one object, which has no other members than into. A body that is too long is a [http.MaxBytesError],
// also where the object ends before that; any other body is the error shape.
func decodeBody(body io.Reader, into any, shape error) error {
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	if err == nil {
		if _, err = decoder.Token(); errors.Is(err, io.EOF) {
			return nil
		}
	}
	if tooLarge, is := errors.AsType[*http.MaxBytesError](err); is {
		return tooLarge
	}
	return shape
}
