//go:build !linux

package database

func removeSegment(string) {}
