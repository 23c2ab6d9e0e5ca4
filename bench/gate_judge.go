package bench

// JudgeGate reaches the checks of a gate from its sessions, and its outcome. It
// depends on nothing but the result.
func JudgeGate(r *Result) {
	g := r.Gate
	g.Checks = g.Checks[:0]
	g.Outcome = Inconclusive
}

func (g *Gate) decided() bool { return g.Outcome != Inconclusive }

func (g *Gate) soFar() string { return "" }
