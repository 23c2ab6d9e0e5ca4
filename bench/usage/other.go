//go:build !linux

package usage

import (
	"runtime"
	"time"
)

// A Tree reads the same process tree many times; only Linux supports that.
type Tree struct{}

// NewTree returns ErrUnsupported.
func NewTree(func() []int) (*Tree, error) { return nil, ErrUnsupported }

// Close does nothing.
func (*Tree) Close() error { return nil }

// Read returns ErrUnsupported.
func (*Tree) Read() (Usage, error) { return Usage{}, ErrUnsupported }

// Members returns ErrUnsupported.
func (*Tree) Members() ([]int, error) { return nil, ErrUnsupported }

// Holdings returns ErrUnsupported.
func (*Tree) Holdings() (Holdings, error) { return Holdings{}, ErrUnsupported }

// Held returns nothing.
func (*Tree) Held() map[int]Held { return nil }

// Account returns ErrUnsupported.
func (*Tree) Account() (Account, error) { return Account{}, ErrUnsupported }

// ReadProcess returns ErrUnsupported.
func ReadProcess(int) (Account, error) { return Account{}, ErrUnsupported }

// Reaped returns ErrUnsupported.
func Reaped() (Account, error) { return Account{}, ErrUnsupported }

// ReadMachine returns ErrUnsupported.
func ReadMachine() (Machine, error) { return Machine{}, ErrUnsupported }

// Self returns 0: this system does not report it.
func Self() time.Duration { return 0 }

const canPin = false

// CPUs returns the numbers of all logical CPUs: this system does not report which
// of them this process may use.
func CPUs() []int { return numbered(runtime.NumCPU()) }

// PinSelf returns ErrUnsupported, unless cpus is empty.
func PinSelf(cpus []int) error { return unlessNone(cpus) }

// A Pin keeps processes of another program on some CPUs; only Linux supports that.
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

// Quotas are no limits: only Linux has control groups.
type Quotas struct{}

// FindQuotas returns no limit.
func FindQuotas(...int) Quotas { return Quotas{} }

// Tightest returns no limit.
func (Quotas) Tightest() (cpus float64, from string) { return 0, "" }

// Throttled returns nothing.
func (Quotas) Throttled() Throttled { return Throttled{} }

// Describe knows only a few facts on this system.
func Describe() (Facts, error) {
	return Facts{CPU: runtime.GOARCH}, ErrUnsupported
}
