package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// A client asks for one URL over a connection that it keeps. It shares the cores with the
// hosts, so it does no more than that: with http.Client, the ratios of the hosts would be
// those of hosts and client.
type client struct {
	net.Conn
	answers *bufio.Reader
	request []byte
	late    int // answers that took pause or longer, in this turn
}

// pause is how long Apache with mod_cgi waits at least for a script that has closed its
// output and has not ended: the next answer on that connection takes as long. It is
// TIMEOUT_INTERVAL in memory/unix/apr_pools.c, 3 s / 64.
const pause = 3 * time.Second / 64

// patience is how long an answer may take.
const patience = 30 * time.Second

// A crowd is the clients of one host.
type crowd []*client

func connect(address string, n int) (c crowd, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	request := fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: hosts\r\nAccept: */*\r\n\r\n", u.RequestURI(), u.Host)
	for range n {
		conn, err := net.Dial("tcp", u.Host)
		if err != nil {
			c.close()
			return nil, err
		}
		c = append(c, &client{Conn: conn, answers: bufio.NewReader(conn), request: request})
	}
	return c, nil
}

func (c crowd) close() {
	for _, one := range c {
		one.Close()
	}
}

// late returns the answers of this turn that took pause or longer.
func (c crowd) late() (n float64) {
	for _, one := range c {
		n += float64(one.late)
	}
	return n
}

// ask accepts the right answer only, and one that keeps the connection.
func (c *client) ask() error {
	began := time.Now()
	c.SetDeadline(began.Add(patience))
	if _, err := c.Write(c.request); err != nil {
		return err
	}
	response, err := http.ReadResponse(c.answers, nil)
	if err != nil {
		return err
	}
	b, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK || string(b) != "ok" || response.Close {
		return fmt.Errorf("got %s, %.100q, %v; want ok, and a connection that stays", response.Status, b, err)
	}
	if time.Since(began) >= pause {
		c.late++
	}
	return nil
}
