package weburl

import (
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// hostname reads the name of a host (URL Standard, section 3.5, "host parser", for special schemes).
func hostname(text string) (string, error) {
	switch {
	case plainHost(text):
		return text, nil
	case strings.HasPrefix(text, "["):
		return readable(IPv6(strings.TrimSuffix(text[1:], "]")), strings.HasSuffix(text, "]"))
	}
	name, ok := domain(text)
	if ok && EndsInNumber(name) {
		return readable(ipv4(name), true)
	}
	return readable(name, ok)
}

func readable(name string, ok bool) (string, error) {
	if !ok || name == "" {
		return "", ErrUnreadable
	}
	return name, nil
}

// plainHost reports whether browsers print the name of a host unchanged: it has small letters, digits, hyphens and single dots,
// it is not a number, and no part is in Punycode.
func plainHost(text string) bool {
	for i := range len(text) {
		if c := text[i]; c != '-' && c != '.' && !isDigit(c) && (c < 'a' || c > 'z') {
			return false
		}
	}
	last := text[strings.LastIndexByte(text, '.')+1:]
	return last != "" && !isDigit(last[0]) && !strings.Contains(text, "xn--")
}

// domain decodes a domain and writes it in ASCII and small letters, as far as browsers accept it. A byte and an escape are never one character:
// browsers read the text before they decode it.
func domain(text string) (name string, ok bool) {
	if !utf8.ValidString(text) {
		return "", false
	}
	text = Decoded(text)
	if !utf8.ValidString(text) {
		return "", false
	}
	name = strings.ToLower(text)
	if strings.ContainsFunc(text, isNotASCII) || strings.HasPrefix(name, "xn--") || strings.Contains(name, ".xn--") {
		var err error
		if name, err = international().ToASCII(text); err != nil {
			return "", false
		}
	}
	return name, !strings.ContainsFunc(name, isForbidden)
}

// international reads names that are not ASCII like browsers (URL Standard, section 3.3, "domain to ASCII"), but refuses such
// names if they have ASCII characters other than letters, digits and hyphens.
func international() *idna.Profile {
	return idna.New(
		idna.MapForLookup(), idna.Transitional(false), idna.BidiRule(), idna.CheckJoiners(true), idna.ValidateLabels(true),
		idna.StrictDomainName(true), idna.CheckHyphens(false), idna.VerifyDNSLength(false),
	)
}

func isNotASCII(c rune) bool { return c >= utf8.RuneSelf }

// isForbidden reports whether a character can't be in a domain (URL Standard, "forbidden domain code point").
func isForbidden(c rune) bool {
	return c <= ' ' || c == 0x7f || strings.ContainsRune(`#%/:<>?@[\]^|`, c)
}

// Decoded decodes percent-encoded bytes and keeps other percent signs (URL Standard, section 1.3, "percent-decode").
func Decoded(text string) string {
	if !strings.Contains(text, "%") {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		char := []byte{text[i]}
		if char[0] == '%' && i+3 <= len(text) {
			if n, _ := hex.Decode(char, []byte(text[i+1:i+3])); n == 1 {
				i += 2
			}
		}
		out = append(out, char[0])
	}
	return string(out)
}

// EndsInNumber reports whether browsers read the name of a host as an IPv4 address (URL Standard, "ends in a number checker").
func EndsInNumber(name string) bool {
	last := strings.TrimSuffix(name, ".")
	last = last[strings.LastIndexByte(last, '.')+1:]
	if last == "" {
		return false
	}
	if digits, found := strings.CutPrefix(strings.ToLower(last), "0x"); found {
		return strings.Trim(digits, "0123456789abcdef") == ""
	}
	return strings.Trim(last, "0123456789") == ""
}

// ipv4 reads an IPv4 address in any notation that browsers accept, such as 127.1 and 0x7f000001. It returns "" for other text.
func ipv4(text string) string {
	parts := strings.Split(strings.TrimSuffix(text, "."), ".")
	var address uint64
	for i, part := range parts {
		number, err := ipv4Number(part)
		size := 1 // in bytes
		if i == len(parts)-1 {
			size = 4 - i
		}
		if err != nil || len(parts) > 4 || number >= 1<<(8*size) {
			return ""
		}
		address = address<<(8*size) | number
	}
	return netip.AddrFrom4([4]byte{byte(address >> 24), byte(address >> 16), byte(address >> 8), byte(address)}).String()
}

// ipv4Number reads a number of an IPv4 address: hexadecimal after 0x, octal after 0, else decimal.
func ipv4Number(text string) (uint64, error) {
	if digits, found := strings.CutPrefix(text, "0x"); found {
		return strconv.ParseUint("0"+digits, 16, 64)
	}
	if len(text) > 1 && text[0] == '0' {
		return strconv.ParseUint(text, 8, 64)
	}
	return strconv.ParseUint(text, 10, 64)
}

// IPv6 returns an IPv6 address in the form of browsers: in brackets, compressed, all in hexadecimal. It returns "" for other
// text, and for an address with a zone.
func IPv6(text string) string {
	address, err := netip.ParseAddr(text)
	if err != nil || !address.Is6() || address.Zone() != "" {
		return ""
	}
	if address.Is4In6() {
		four := address.As16()
		return "[::ffff:" + hexGroup(four[12:14]) + ":" + hexGroup(four[14:16]) + "]"
	}
	return "[" + address.String() + "]"
}

func hexGroup(two []byte) string {
	group := strings.TrimLeft(hex.EncodeToString(two), "0")
	if group == "" {
		return "0"
	}
	return group
}
