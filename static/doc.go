// Package static has the style sheet, the scripts and the icon of ginclerk's pages, embedded into the program. It serves them
// under names that contain a hash of the content. A browser keeps such a file for a year without asking again; changed content
// has another name.
package static
