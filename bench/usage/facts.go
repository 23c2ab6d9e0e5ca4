package usage

// Facts say what machine this is.
type Facts struct {
	Kernel    string // release, such as 6.1.0-18-amd64
	CPU       string // model name
	Memory    int64  // of the machine, in bytes
	OpenFiles uint64 // how many descriptors this process may have open
}
