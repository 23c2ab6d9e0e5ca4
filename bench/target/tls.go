package target

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
)

// TLS is how to talk to a target whose URL begins with https. Errors are of type
// *StartError.
func (t Target) TLS() (*tls.Config, error) {
	c := &tls.Config{InsecureSkipVerify: t.Insecure}
	if t.CA == "" {
		return c, nil
	}
	file := t.CA
	if !filepath.IsAbs(file) {
		file = filepath.Join(t.Dir, file)
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, t.wrong(fmt.Errorf("read the certificates to trust: %w", err), "name a file of certificates in PEM under ca, or write insecure: true")
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return nil, t.wrong(fmt.Errorf("there is no certificate in %s", file), "ca names a file that holds -----BEGIN CERTIFICATE-----, in PEM")
	}
	return c, nil
}

// untrusted reports whether a target was not trusted, or does not speak TLS.
func untrusted(err error) (hint string, is bool) {
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &certificate):
		return "trust its certificate with ca: FILE, or any with insecure: true", true
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return "it does not speak TLS there: write its url with http://", true
	}
	return "", false
}

// portless is the port of a URL that names none.
func portless(u *url.URL) string {
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}
