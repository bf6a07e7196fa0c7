package configcheck

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/internal/nilvalue"
)

// Logger checks that a logger can log. A nil logger is valid.
func Logger(logger *slog.Logger) error {
	if logger == nil {
		return nil
	}
	if logger.Handler() == nil {
		return errors.New("has no handler: make it with slog.New, or leave the field out")
	}
	if err := nilvalue.Check(logger.Handler()); err != nil {
		return fmt.Errorf("its handler %w", err)
	}
	return nil
}

// HTTPClient checks that a client can send requests. A nil client, and one without a transport, is valid.
func HTTPClient(client *http.Client) error {
	if client == nil {
		return nil
	}
	if err := nilvalue.Check(client.Transport); err != nil {
		return fmt.Errorf("its Transport %w", err)
	}
	return nil
}
