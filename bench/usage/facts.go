package usage

// Facts describe the machine.
type Facts struct {
	Kernel    string // release, such as 6.1.0-18-amd64
	CPU       string // model name
	Memory    int64  // memory of the machine, in bytes
	OpenFiles uint64 // limit of this process on open descriptors
}
