package input

import "bytes"

// packings are the first bytes of packed files, and the programs that unpack them.
var packings = []struct{ begin, with string }{
	{"\x1f\x8b", "gunzip"},          // RFC 1952 §2.3.1
	{"\x28\xb5\x2f\xfd", "zstd -d"}, // RFC 8878 §3.1.1
	{"\xfd7zXZ\x00", "xz -d"},       // the .xz file format, §2.1.1.1
	{"BZh", "bzip2 -d"},             // followed by a digit and a block
	{"\x04\x22\x4d\x18", "lz4 -d"},  // LZ4 frame format
	{"\x1f\x9d", "gunzip"},          // compress
	{"PK\x03\x04", "unzip"},         // APPNOTE §4.3.7
	{"7z\xbc\xaf\x27\x1c", "7z x"},  // 7zFormat.txt
}

// Packed returns the program that unpacks a file with this begin, or "" for one that is not
// compressed.
func Packed(head []byte) (with string) {
	for _, p := range packings {
		if bytes.HasPrefix(head, []byte(p.begin)) && (p.begin != "BZh" || isBzip2(head)) {
			return p.with
		}
	}
	return ""
}

// isBzip2 reports whether a digit and the mark of a block follow: "BZh" alone could begin a text.
func isBzip2(head []byte) bool {
	return len(head) >= 10 && '1' <= head[3] && head[3] <= '9' && string(head[4:10]) == "1AY&SY"
}
