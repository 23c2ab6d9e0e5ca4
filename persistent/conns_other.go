//go:build !unix

package persistent

func defaultConns() int { return mostConns }
