package localization

// Size writes a number of bytes in a unit that people read, such as "40.2 kB".
func (l *Language) Size(bytes int) string {
	const kilo = 1000
	switch {
	case bytes < kilo:
		return l.Text("size.bytes", "count", bytes)
	case bytes < kilo*kilo:
		return l.Text("size.kilobytes", "number", l.locale.FmtNumber(float64(bytes)/kilo, 1))
	default:
		return l.Text("size.megabytes", "number", l.locale.FmtNumber(float64(bytes)/kilo/kilo, 1))
	}
}
