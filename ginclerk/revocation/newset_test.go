package revocation_test

import (
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

func newSet(now func() time.Time) *revocation.Set { return revocation.NewSet(now) }
