// Package static has the style sheet, the scripts and the icon of ginclerk's pages, embedded into the program. It serves them
// under names that contain a hash of the content. A browser keeps such a file for a year without asking again; changed content
// has another name.
//
// The embedded files are also kept compressed, with Brotli and with gzip. Package static/internal/precompress makes these forms
// (make generate), so a program spends no time on them and does not link Brotli.
package static
