package result

import (
	"encoding/json"
	"math"

	"github.com/classibench/classibench/bench/stats"
)

// plainGain is a Gain without methods.
type plainGain Gain

// gainJSON is the JSON form of a Gain. Numbers that are not finite become null: the
// interval of a single quad may have no bounds.
type gainJSON struct {
	plainGain
	Ratio Float `json:"ratio"`
	Low   Float `json:"low"`
	High  Float `json:"high"`
	ACF1  Float `json:"acf1"`
	MDE   Float `json:"mde"`
}

// MarshalJSON implements json.Marshaler.
func (g Gain) MarshalJSON() ([]byte, error) {
	return json.Marshal(gainJSON{plainGain(g), Float(g.Ratio), Float(g.Low), Float(g.High), Float(g.ACF1), Float(g.MDE)})
}

// UnmarshalJSON implements json.Unmarshaler. null becomes NaN.
func (g *Gain) UnmarshalJSON(b []byte) error {
	var x gainJSON
	if err := json.Unmarshal(b, &x); err != nil {
		return err
	}
	*g = Gain(x.plainGain)
	g.Ratio, g.Low, g.High, g.ACF1, g.MDE = float64(x.Ratio), float64(x.Low), float64(x.High), float64(x.ACF1), float64(x.MDE)
	return nil
}

// NewGain converts an estimate to the form in a result.
func NewGain(baseline, candidate string, g stats.Gain, quads int) Gain {
	t, w := g.Interval.Ratios(), g.Wilcoxon.Ratios()
	return Gain{
		Baseline: baseline, Candidate: candidate, Ratio: g.Ratio(), Low: t.Low, High: t.High, Level: g.Level, Quads: quads, Sessions: g.Sessions, DF: Float(g.DF), Drift: g.Drift,
		ACF1: g.ACF1, Wilcoxon: [2]Float{Float(w.Low), Float(w.High)}, MDE: math.Expm1(g.MDE),
	}
}
