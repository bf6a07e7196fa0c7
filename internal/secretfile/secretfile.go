// Package secretfile reads secrets of the environment that orchestrators mount as files, as Docker and Kubernetes do: where CLERK_SECRET_KEY is a
// variable, CLERK_SECRET_KEY_FILE is the path of a file with its value.
package secretfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxBytes bounds what is read: the longest secret is a PEM key of a few kilobytes.
const maxBytes = 64 << 10

// Variable returns the value of the variable, or what is in the file that the variable with "_FILE" behind its name names. Without both the value is
// empty. It fails if both are set, and if the file can't be read, is empty or has more than 64 KiB. No error has the value in it.
func Variable(name string) (string, error) {
	value, path := os.Getenv(name), os.Getenv(name+"_FILE")
	switch {
	case path == "":
		return value, nil
	case value != "":
		return "", fmt.Errorf("%s and %[1]s_FILE are both set: set one of them", name)
	}
	text, err := read(path)
	if err != nil {
		return "", fmt.Errorf("%s_FILE: %w", name, err)
	}
	return text, nil
}

func read(path string) (string, error) {
	file, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return "", unopened(path, err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	text, err := io.ReadAll(io.LimitReader(file, maxBytes+1))
	switch {
	case err != nil:
		return "", err
	case len(text) > maxBytes:
		return "", fmt.Errorf("%s has more than %d KiB, which no secret has", path, maxBytes>>10)
	case strings.TrimSpace(string(text)) == "":
		return "", fmt.Errorf("%s is empty", path)
	default:
		return string(text), nil
	}
}

// unopened is the error of a file that can't be opened. It names a path that is written as one: what else the variable has may be the secret itself.
func unopened(path string, err error) error {
	for _, begin := range []string{string(filepath.Separator), "./", "../"} {
		if strings.HasPrefix(path, begin) {
			return err
		}
	}
	if filepath.IsAbs(path) {
		return err
	}
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		err = failed.Err
	}
	return fmt.Errorf("it must be the path of a file, and not the secret: %w", err)
}
