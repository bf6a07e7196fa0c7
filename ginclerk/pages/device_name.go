package pages

import (
	"context"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/devicelist"
	"github.com/ginclerk/ginclerk/ginclerk/internal/devicenames"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
)

// errNoName says that a body has no name.
var errNoName = errors.New(`the body has no string "name"`)

// nameField is the form field with the name of a device.
const nameField = "name"

// Reasons of the problems with names.
const (
	reasonName      authn.Reason = "ginclerk-device-name"
	reasonNamesFull authn.Reason = "ginclerk-device-names-full"
)

// namesOf returns the names that people have given to their devices.
func namesOf(core *serving.Core) *devicenames.Names {
	return devicenames.New(core.Parts.Records, core.Key.FrontendAPI())
}

// names returns the names for a request.
func (s *Site) names(c *gin.Context) *devicenames.Names { return namesOf(s.access.Request(c).Core()) }

// deviceNames returns the names of the user's devices by session. The page does not fail because they are missing.
func (s *Site) deviceNames(c *gin.Context) map[string]string {
	ctx, cancel := context.WithTimeout(c.Request.Context(), hintTime)
	defer cancel()
	names, err := s.names(c).Of(ctx, ginclerk.From(c).UserID)
	if err != nil {
		_ = c.Error(err)
	}
	return names
}

// nameDevice gives a name to a session of the user, or takes it away.
func (s *Site) nameDevice(c *gin.Context) {
	if !mayAsk(c, s.limits.one) {
		return
	}
	name, err := readName(c)
	back := withQuery(s.deviceURL(c.Param(deviceParameter)), positionQuery(readPosition(c.Request.PostForm.Get(positionField))))
	switch {
	case err != nil:
		s.unreadable(c, back, err, s.voice(c).Text("devices.name-unusable"))
		return
	case ginclerk.From(c).Actor != nil:
		s.failedAction(c, back, problemActing("Only the user can name their devices, so nothing was done."), s.voice(c).Text("devices.name-acting"))
		return
	}
	list, entry, ok := s.viewedDevice(c)
	if !ok {
		return
	}
	live := make([]string, 0, len(list.sessions))
	for i := range list.sessions {
		live = append(live, list.sessions[i].ID)
	}
	entry.Name, err = s.names(c).Set(c.Request.Context(), ginclerk.From(c).UserID, entry.Session.ID, name, live)
	if err != nil {
		s.notNamed(c, back, err)
		return
	}
	s.named(c, back, entry)
}

func (s *Site) notNamed(c *gin.Context, back string, err error) {
	v := s.voice(c)
	switch {
	case errors.Is(err, devicenames.ErrName):
		s.failedAction(c, back, ginclerk.Problem{
			Status: http.StatusUnprocessableEntity, Error: "Unprocessable content", Reason: reasonName,
			Detail: "The name is longer than 60 characters, or has characters that can’t be shown.",
		}, v.Text("devices.name-unusable"))
	case errors.Is(err, devicenames.ErrFull):
		s.failedAction(c, back, ginclerk.Problem{
			Status: http.StatusConflict, Error: "Conflict", Reason: reasonNamesFull, Detail: "The user has given as many names as are kept.",
		}, v.Text("devices.names-full", "count", devicenames.MaxNames))
	default:
		_ = c.Error(err)
		s.failedAction(c, back, problemStoreUnavailable("The name couldn’t be saved."), v.Text("devices.names-unavailable"))
	}
}

// named tells the result.
func (s *Site) named(c *gin.Context, back string, entry devicelist.Entry) {
	if ginclerk.WantsJSON(c) {
		s.json(c, http.StatusOK, deviceState(entry, ginclerk.From(c).SessionID))
		return
	}
	v := s.voice(c)
	text := v.Text("devices.unnamed", "device", v.device(entry.Session.Device))
	if entry.Name != "" {
		text = v.Text("devices.named", "name", entry.Name)
	}
	s.done(c, back, "success", text)
}

// readName reads a name from a form, or from JSON if the answer is JSON, too.
func readName(c *gin.Context) (string, error) {
	form, asJSON, err := readBody(c, maxForm)
	switch {
	case err != nil:
		return "", err
	case !asJSON && len(form[nameField]) != 1:
		return "", errNoName
	case !asJSON:
		return form.Get(nameField), nil
	}
	var given struct {
		Name *string `json:"name"`
	}
	if err := decodeBody(c.Request.Body, &given, errNoName); err != nil {
		return "", err
	}
	if given.Name == nil {
		return "", errNoName
	}
	return *given.Name, nil
}
