package clerktest

import (
	"crypto/rand"
	"fmt"
	"math/big"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// frontendHost makes up a host. clerk-js tells development instances by this form of host, and clerk-sdk-go checks issuers by it.
func frontendHost(t instance.Type) string {
	if t == instance.Production {
		return fmt.Sprintf("clerk.%s-%02d.example.com", word(), below(100))
	}
	return fmt.Sprintf("%s-%s-%02d.clerk.accounts.dev", word(), word(), below(100))
}

// newPassword makes up a password that people can read and type.
func newPassword() string {
	return fmt.Sprintf("%s-%s-%s-%02d", word(), word(), word(), below(100))
}

func word() string {
	list := words()
	return list[below(len(list))]
}

func below(n int) int {
	i, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		return 0 // crypto/rand ends the program before it fails
	}
	return int(i.Int64())
}

func words() []string {
	return []string{
		"amber", "apple", "aspen", "badger", "basil", "beacon", "birch", "breeze", "cedar", "cliff", "cloud", "clover", "comet",
		"coral", "cricket", "daisy", "delta", "ember", "falcon", "fern", "finch", "forest", "garnet", "ginger", "glacier", "harbor",
		"hazel", "heron", "island", "ivory", "jasper", "juniper", "kestrel", "lantern", "laurel", "lemon", "lilac", "linen", "lotus",
		"lynx", "magnet", "maple", "marble", "meadow", "mint", "moss", "nectar", "nutmeg", "oasis", "ocean", "olive", "onyx", "orchid",
		"otter", "pebble", "pepper", "pine", "planet", "plum", "poppy", "quartz", "quill", "raven", "reef", "river", "robin", "saffron",
		"sage", "salmon", "sparrow", "spruce", "stone", "summit", "swift", "thistle", "tiger", "topaz", "tulip", "velvet", "violet",
		"walnut", "willow", "winter", "zephyr",
	}
}
