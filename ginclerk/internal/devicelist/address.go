package devicelist

import (
	"net/netip"
	"strings"
)

const (
	hidden = "*"
	// shownBits is how much of an IPv6 address is shown: the network that a provider gives to one customer or site.
	shownBits = 48
)

// MaskAddress hides the end of an IP address: the last two parts of IPv4 ("203.0.*.*"), and what follows the first 48 bits of IPv6
// ("2001:db8:85a3:*"). An address that can't be read is hidden whole: it is empty.
func MaskAddress(address string) string {
	parsed, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	if parsed = parsed.Unmap(); parsed.Is4() {
		parts := strings.Split(parsed.String(), ".")
		return strings.Join([]string{parts[0], parts[1], hidden, hidden}, ".")
	}
	network, err := parsed.WithZone("").Prefix(shownBits)
	if err != nil {
		return ""
	}
	groups := strings.Split(network.Addr().StringExpanded(), ":")[:shownBits/16]
	for i, group := range groups {
		if groups[i] = strings.TrimLeft(group, "0"); groups[i] == "" {
			groups[i] = "0"
		}
	}
	return strings.Join(append(groups, hidden), ":")
}
