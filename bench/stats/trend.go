package stats

// A Trend is the slope of a series with its interval.
type Trend struct {
	Slope     float64 // in units of y per unit of x
	Interval  Interval
	Intercept float64
	Level     float64 // of the interval
	N         int     // number of points
	Step      bool    // a single step explains the series better than a line
}

// TheilSen returns the trend of y over x with a distribution-free interval at a
// two-sided level such as 0.95. It has to be written.
func TheilSen(x, y []float64, level float64) Trend { return Trend{Level: level, N: len(x)} }
