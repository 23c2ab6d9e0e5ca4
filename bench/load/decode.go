package load

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/valyala/fasthttp"
)

// decoded returns the body of an answer without its content codings, which were
// applied in the order of their names (RFC 9110 §8.4). With an error it returns the
// body as it was received, because a server may name a coding that does not exist.
func decoded(resp *fasthttp.Response) ([]byte, error) {
	body, coding := resp.Body(), string(resp.Header.ContentEncoding())
	if coding == "" || len(body) == 0 {
		return body, nil
	}
	plain, codings := body, strings.Split(strings.ToLower(coding), ",")
	slices.Reverse(codings)
	for _, c := range codings {
		var err error
		if plain, err = decode(strings.TrimSpace(c), plain); err != nil {
			return body, fmt.Errorf("decode a body with Content-Encoding: %s: %w", coding, err)
		}
	}
	return plain, nil
}

// decode removes one coding. The result has at most mostBody bytes.
func decode(coding string, body []byte) ([]byte, error) {
	switch coding {
	case "identity", "":
		return body, nil
	case "x-gzip": // RFC 9110 §8.4.1.3
		coding = "gzip"
	}
	var single fasthttp.Response
	single.Header.SetContentEncoding(coding)
	single.SetBodyRaw(body)
	plain, err := single.BodyUncompressedWithLimit(mostBody)
	if err != nil && coding == "deflate" {
		// RFC 9110 §8.4.1.2: some servers send "deflate" without the zlib wrapper.
		if raw, failed := inflate(body); failed == nil {
			return raw, nil
		}
	}
	return plain, err
}

func inflate(body []byte) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(body)), mostBody+1))
	if err == nil && len(raw) > mostBody {
		err = errLarge
	}
	return raw, err
}
