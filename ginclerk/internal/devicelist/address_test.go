package devicelist_test

import (
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/internal/devicelist"
)

func TestTheEndOfAnAddressIsHidden(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, address, want string }{
		{"the last two parts of IPv4", "203.0.113.7", "203.0.*.*"},
		{"what follows 48 bits of IPv6", "2001:db8:85a3:1234:5678:8a2e:370:7334", "2001:db8:85a3:*"},
		{"zeros are shown as such", "2001:db8::42", "2001:db8:0:*"},
		{"the loopback address", "::1", "0:0:0:*"},
		{"IPv4 inside of IPv6 is IPv4", "::ffff:203.0.113.7", "203.0.*.*"},
		{"a zone is hidden", "fe80::1%eth0", "fe80:0:0:*"},
		{"an empty address", "", ""},
		{"what can't be read is hidden whole", "203.0.113.7, 10.0.0.1", ""},
		{"markup", "<b>203.0.113.7</b>", ""},
	} {
		if got := devicelist.MaskAddress(row.address); got != row.want {
			t.Errorf("%s: %q becomes %q, want %q", row.name, row.address, got, row.want)
		}
	}
}
