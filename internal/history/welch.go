package history

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// welch returns the confidence interval for the mean of b minus that of a. Both have two
// values or more, and their variances may differ (B. L. Welch, The
// generalization of "Student's" problem when several different population
// variances are involved, Biometrika 34, 1947).
func welch(a, b []float64, level float64) (low, high float64) {
	va, vb := stat.Variance(a, nil)/float64(len(a)), stat.Variance(b, nil)/float64(len(b))
	middle := mean(b) - mean(a)
	if va+vb == 0 {
		return middle, middle
	}
	df := (va + vb) * (va + vb) / (va*va/float64(len(a)-1) + vb*vb/float64(len(b)-1))
	half := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Quantile((1+level)/2) * math.Sqrt(va+vb)
	return middle - half, middle + half
}

func mean(x []float64) float64 { return stat.Mean(x, nil) }
