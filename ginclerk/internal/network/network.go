// Package network tells clients apart by their addresses.
package network

import "net/netip"

// Of returns the network that stands for one client: of an IPv6 address the first 64 bits, for that is what one client is given;
// any other address itself; "unknown" where the text is no address.
func Of(client string) string {
	address, err := netip.ParseAddr(client)
	if err != nil {
		return "unknown"
	}
	address = address.Unmap().WithZone("")
	if network, err := address.Prefix(64); address.Is6() && err == nil {
		return network.String()
	}
	return address.String()
}
