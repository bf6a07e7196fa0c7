// Command precompress writes the files of static/assets into static/compressed, compressed with Brotli and with gzip. It runs in the
// folder static, by go generate. A form that is not smaller than the file is left out.
package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"

	"github.com/ginclerk/ginclerk/static"
)

// Folders below static.
const (
	sources = "assets"
	target  = "compressed"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "precompress:", err)
		os.Exit(1)
	}
}

func run() error {
	files := os.DirFS(sources)
	assets, err := static.NewFS(files)
	if err != nil {
		return err
	}
	if err := removeOld(); err != nil {
		return err
	}
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		return write(assets.Path(name), body)
	})
}

func removeOld() error {
	old, err := filepath.Glob(filepath.Join(target, "*"))
	if err != nil {
		return err
	}
	for _, name := range old {
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	return nil
}

// write writes the compressed forms of one file.
func write(hashed string, body []byte) error {
	for extension, open := range map[string]func(io.Writer) (io.WriteCloser, error){
		".br": func(w io.Writer) (io.WriteCloser, error) {
			return brotli.NewWriterLevel(w, brotli.BestCompression), nil
		},
		".gz": func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, gzip.BestCompression) },
	} {
		var form bytes.Buffer
		w, err := open(&form)
		if err != nil {
			return err
		}
		if _, err := w.Write(body); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		if form.Len() >= len(body) {
			continue
		}
		if err := os.WriteFile(filepath.Join(target, hashed+extension), form.Bytes(), 0o644); err != nil { //nolint:gosec // readable like the sources
			return fmt.Errorf("write: %w", err)
		}
	}
	return nil
}
