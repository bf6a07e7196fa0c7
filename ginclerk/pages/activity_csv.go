package pages

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/activity"
)

// downloadActivity answers with the whole activity as a file for spreadsheets.
func (s *Site) downloadActivity(c *gin.Context) {
	entries, ok := s.entries(c)
	if !ok {
		return
	}
	file, err := s.voice(c).activityFile(entries)
	if err != nil {
		_ = c.Error(err)
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	c.Header("Cache-Control", "private, no-store")
	c.Header("X-Content-Type-Options", "nosniff")
	c.Header("Content-Disposition", `attachment; filename="activity.csv"`)
	c.Data(http.StatusOK, "text/csv; charset=utf-8", file)
}

// activityFile writes entries as CSV (RFC 4180). The names of the columns are for programs; what happened is in the user's language, too.
func (v voice) activityFile(entries []activity.Entry) ([]byte, error) {
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	w.UseCRLF = true
	lines := [][]string{{"created_at", "kind", "description", "device", "location", "ip_address", "session_id", "by"}}
	for _, e := range entries {
		row := v.activityRow(e, "")
		lines = append(lines, []string{
			e.At.UTC().Format(time.RFC3339), string(e.Kind), row.What, row.Device, row.Place, row.IP, e.SessionID, row.By,
		})
	}
	for _, line := range lines {
		for i, cell := range line {
			line[i] = noFormula(cell)
		}
		if err := w.Write(line); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return file.Bytes(), w.Error()
}

// noFormula keeps a spreadsheet from taking a cell, or what it takes for one, for a formula: whoever signs in chooses the name of their
// browser. In many countries spreadsheets begin a new cell at a semicolon, whatever the file quotes. Isolates of Unicode, which stand around
// text of another direction, would hide the sign from this check.
func noFormula(cell string) string {
	parts := strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(";\t\r\n", r) })
	if strings.ContainsAny(cell, "\t\r\n") || slices.ContainsFunc(parts, isFormula) {
		return "'" + strings.NewReplacer(";", ",", "\t", " ", "\r", " ", "\n", " ").Replace(cell)
	}
	return cell
}

func isFormula(text string) bool {
	visible := strings.TrimLeftFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
	return visible != "" && strings.ContainsRune("=+-@\uff1d\uff0b\uff0d\uff20|%", []rune(visible)[0])
}
