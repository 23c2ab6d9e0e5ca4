package main

import (
	"fmt"

	"github.com/classibench/classibench/internal/unit"
)

// A size is the value of a flag that takes a number of bytes; 0 means that it is not set.
type size int64

func (s *size) String() string {
	if *s == 0 {
		return ""
	}
	return unit.Memory(int64(*s))
}

func (s *size) Set(text string) error {
	n, err := unit.ParseMemory(text)
	if err != nil {
		return fmt.Errorf("%q: %w", text, err)
	}
	*s = size(n)
	return nil
}

func (*size) Type() string { return "size" }
