package telemetry_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/telemetry"
)

// dashboard is what these tests need of grafana/ginclerk.json.
type dashboard struct {
	UID    string `json:"uid"`
	Panels []struct {
		ID      int    `json:"id"`
		Type    string `json:"type"`
		Title   string `json:"title"`
		GridPos struct{ H, W, X, Y int }
		Targets []struct {
			Expr string `json:"expr"`
		} `json:"targets"`
	} `json:"panels"`
}

func readDashboard(t *testing.T) dashboard {
	t.Helper()
	raw, err := os.ReadFile("grafana/ginclerk.json")
	if err != nil {
		t.Fatal(err)
	}
	var d dashboard
	if err := json.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// prometheus returns the names of an instrument's series in Prometheus, as OpenTelemetry's specification translates them.
func prometheus(row telemetry.Row) []string {
	name := strings.ReplaceAll(row.Name, ".", "_")
	switch row.Type {
	case "counter":
		return []string{name + "_total"}
	case "histogram":
		return []string{name + "_seconds_bucket", name + "_seconds_count", name + "_seconds_sum"}
	default:
		return []string{name}
	}
}

func TestTheDashboardAndTheTableMatch(t *testing.T) {
	t.Parallel()
	series := map[string]string{} // to their instruments
	labels := map[string][]string{}
	for _, row := range telemetry.Table() {
		for _, name := range prometheus(row) {
			series[name] = row.Name
			labels[name] = []string{"le"}
			for _, attribute := range row.Attributes {
				labels[name] = append(labels[name], strings.ReplaceAll(attribute, ".", "_"))
			}
		}
	}
	shown := map[string]bool{}
	metric := regexp.MustCompile(`\bginclerk_\w+`)
	grouped := regexp.MustCompile(`by \(([^)]*)\)`)
	matched := regexp.MustCompile(`[{,]\s*(\w+)\s*[=!]`)
	for _, panel := range readDashboard(t).Panels {
		if (panel.Type == "row") != (len(panel.Targets) == 0) {
			t.Errorf("%s has %d queries", panel.Title, len(panel.Targets))
		}
		for _, target := range panel.Targets {
			var named []string
			for _, group := range grouped.FindAllStringSubmatch(target.Expr, -1) {
				for name := range strings.SplitSeq(group[1], ",") {
					named = append(named, strings.TrimSpace(name))
				}
			}
			for _, match := range matched.FindAllStringSubmatch(target.Expr, -1) {
				named = append(named, match[1])
			}
			found := 0
			for _, name := range metric.FindAllString(target.Expr, -1) {
				if slices.Contains(named, name) {
					continue
				}
				found++
				if series[name] == "" {
					t.Errorf("%s asks for %s, which is in no table", panel.Title, name)
				}
				shown[series[name]] = true
				for _, label := range named {
					if !slices.Contains(labels[name], label) {
						t.Errorf("%s asks for %s by %s, which it does not have", panel.Title, name, label)
					}
				}
			}
			if found == 0 {
				t.Errorf("%s asks for no instrument: %s", panel.Title, target.Expr)
			}
		}
	}
	for _, row := range telemetry.Table() {
		if !shown[row.Name] {
			t.Errorf("%s is on no panel", row.Name)
		}
	}
}

func TestThePanelsOfTheDashboardAreApart(t *testing.T) {
	t.Parallel()
	d := readDashboard(t)
	for i, one := range d.Panels {
		for _, other := range d.Panels[i+1:] {
			a, b := one.GridPos, other.GridPos
			if one.ID == other.ID || a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H {
				t.Errorf("%q and %q have the same id or overlap", one.Title, other.Title)
			}
		}
		if one.GridPos.X+one.GridPos.W > 24 {
			t.Errorf("%q is wider than the page", one.Title)
		}
	}
}
