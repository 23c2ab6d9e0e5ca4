//go:build !linux

package usage

import (
	"runtime"
	"time"
)

// A Tree reads the same process tree again and again; on Linux only.
type Tree struct{}

// NewTree returns ErrUnsupported.
func NewTree(func() []int) (*Tree, error) { return nil, ErrUnsupported }

// Close does nothing.
func (*Tree) Close() error { return nil }

// Read returns ErrUnsupported.
func (*Tree) Read() (Usage, error) { return Usage{}, ErrUnsupported }

// Members returns ErrUnsupported.
func (*Tree) Members() ([]int, error) { return nil, ErrUnsupported }

// ReadMachine returns ErrUnsupported.
func ReadMachine() (Machine, error) { return Machine{}, ErrUnsupported }

// Self returns 0: what this process used is not known here.
func Self() time.Duration { return 0 }

const canPin = false

// CPUs numbers the logical CPUs; which of them this process may use is not
// known here.
func CPUs() []int { return numbered(runtime.NumCPU()) }

// PinSelf returns ErrUnsupported, unless there is nothing to pin to.
func PinSelf(cpus []int) error { return unlessNone(cpus) }

// A Pin keeps processes of another program on some CPUs; on Linux only.
type Pin struct{}

// PinTree returns ErrUnsupported.
func PinTree([]int, ...int) (*Pin, error) { return nil, ErrUnsupported }

// Release does nothing.
func (*Pin) Release() error { return nil }

// Strays returns ErrUnsupported.
func Strays([]int, ...int) ([]string, error) { return nil, ErrUnsupported }

func unlessNone(cpus []int) error {
	if len(cpus) == 0 {
		return nil
	}
	return ErrUnsupported
}

func siblings(cpu int) []int { return []int{cpu} }

// Quota finds no limit: control groups are Linux's.
func Quota() (cpus float64, from string) { return 0, "" }

// Describe knows little here.
func Describe() (Facts, error) {
	return Facts{CPU: runtime.GOARCH}, ErrUnsupported
}
