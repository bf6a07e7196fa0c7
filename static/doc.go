// Package static has the style sheet, the script and the icon of ginclerk's pages, embedded into the program, and serves
// them under names that contain a hash of the content. A browser keeps such a file for a year and asks for nothing in that time;
// changed content has another name.
package static
