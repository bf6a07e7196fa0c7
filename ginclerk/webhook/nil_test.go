package webhook_test

import (
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/activity"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/user"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

// A part that is a nil pointer would panic with the first event.
func TestANilPointerIsNoPart(t *testing.T) {
	t.Parallel()
	for field, config := range map[string]webhook.Config{
		"Revocations": {Revocations: (*revocation.Set)(nil)}, "Users": {Users: (*user.Service)(nil)}, "Activity": {Activity: (*activity.Journal)(nil)},
	} {
		if _, err := webhook.New(config); err == nil || !strings.Contains(err.Error(), "webhook: config: "+field+" ") {
			t.Errorf("%s: %v", field, err)
		}
	}
}
