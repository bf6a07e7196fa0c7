package telemetry

// Row is a row of the table of instruments.
type Row struct {
	Name, Type, Unit string
	Attributes       []string
	Counts           string
}

// Table returns the table of instruments.
func Table() []Row {
	var rows []Row
	for _, i := range table() {
		rows = append(rows, Row{i.name, i.kind, i.unit, i.attributes, i.counts})
	}
	return rows
}

// MaxValues is how many values an attribute may have.
const MaxValues = maxValues
