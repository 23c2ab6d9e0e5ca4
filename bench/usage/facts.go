package usage

// Facts say what machine this is.
type Facts struct {
	Kernel    string  // release, such as 6.1.0-18-amd64
	CPU       string  // model name
	Cores     int     // logical CPUs that this process may run on
	Memory    int64   // of the machine, in bytes
	OpenFiles uint64  // how many descriptors this process may have open
	Quota     float64 // CPUs that its control group may use; 0 is no limit
	QuotaFrom string  // the file that says so
	Pressure  bool    // whether the kernel tells CPU pressure
}
