package target

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"

	"github.com/classibench/classibench/internal/input"
)

// maxCertificates is the maximum size of a file of trusted certificates in bytes: that of a
// system has less than 1 MB.
const maxCertificates = 16 << 20

// TLS returns the TLS settings for a target with an https URL. Errors are of type
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
	pem, err := input.ReadText(file, maxCertificates)
	if err != nil {
		return nil, t.wrong(fmt.Errorf("read the certificates to trust: %w", err), "set ca to a file of certificates in PEM, or set insecure: true")
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(input.WithoutMarks(pem)) {
		return nil, t.wrong(fmt.Errorf("there is no certificate in %s", file), "set ca to a file in PEM, with -----BEGIN CERTIFICATE-----")
	}
	return c, nil
}

// untrusted reports whether the certificate was not trusted, or the target does not
// speak TLS, with a hint.
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

// portless returns the default port of a URL without one.
func portless(u *url.URL) string {
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}
