package listings

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// A Picture is the data for showing a photo on a page.
type Picture struct {
	ID            int64
	Hash          string // its name in addresses
	Width, Height int64
}

// A Photo is a photo with its data.
type Photo struct {
	Hash          string // as Picture.Hash; a store ignores it when it adds a photo
	Type          string // media type
	Width, Height int64
	Data          []byte
}

// hashDigits is the length of a hash: 160 bits of SHA-256.
const hashDigits = 40

// Hash returns the name of a photo in addresses: the same for the same bytes, and never that
// of another photo.
func Hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])[:hashDigits]
}

// IsHash reports whether a name can be one that Hash returned.
func IsHash(name string) bool {
	return len(name) == hashDigits && strings.Trim(name, "0123456789abcdef") == ""
}
