package scenarios

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// Defaults returns the values that hold if a scenario does not set them.
func Defaults() *Scenario {
	return &Scenario{
		Data:      Data{Ads: 50_000, Seed: 1},
		Capacity:  Capacity{Users: 8, Block: 40 * time.Millisecond, Budget: time.Minute, Within: 0.15},
		Replay:    Replay{Timeout: 10 * time.Second},
		Objective: Objective{P95: 500 * time.Millisecond, Errors: 0.01},
	}
}

func (p *parsing) capacity(n ast.Node) {
	c := &p.s.Capacity
	p.mapping(n, "capacity",
		field{"users", false, value(p.reader, "users", formWhole, &c.Users, between(1, 4096))},
		field{"block", false, value(p.reader, "block", formDuration, &c.Block, parseDuration)},
		field{"budget", false, value(p.reader, "budget", formDuration, &c.Budget, parseDuration)},
		field{"within", false, value(p.reader, "within", formShare, &c.Within, parseShare)},
	)
}

func (p *parsing) replay(n ast.Node) {
	seen := p.mapping(n, "replay",
		field{"timeout", false, value(p.reader, "timeout", formDuration, &p.s.Replay.Timeout, parseDuration)},
		field{"stages", false, p.stages},
		field{"double_up_to", false, value(p.reader, "double_up_to", formRate, &p.s.Replay.DoubleUpTo, parseRate)},
	)
	p.checkDoubling(seen["double_up_to"])
}

// mostDoublings bounds how often the rate of a stage is doubled.
const mostDoublings = 20

// checkDoubling refuses rates that cannot be reached by doubling that of the last stage.
func (p *parsing) checkDoubling(at ast.Node) {
	r := p.s.Replay
	if at == nil || r.DoubleUpTo.Value == 0 {
		return
	}
	if len(r.Stages) == 0 {
		p.problem(at, "write stages, of which the last is repeated at twice its rate", "there is no stage whose rate could be doubled")
		return
	}
	last := r.Stages[len(r.Stages)-1]
	if last.Rate.Value == 0 {
		return // its problem is recorded
	}
	if (last.Rate.Unit == OfCapacity) != (r.DoubleUpTo.Unit == OfCapacity) {
		p.problem(at, "write both as shares of capacity, or neither", "%s and the rate of stage %q, %s, cannot be compared before capacity is measured", r.DoubleUpTo, last.Name, last.Rate)
		return
	}
	switch n := len(r.Doubled(1)); {
	case n == 0:
		p.problem(at, "write twice its rate or more", "%s is less than twice the rate of stage %q, %s", r.DoubleUpTo, last.Name, last.Rate)
	case n > mostDoublings:
		p.problem(at, "write a lower rate", "%s is more than %d doublings of the rate of stage %q, %s", r.DoubleUpTo, mostDoublings, last.Name, last.Rate)
	}
}

func (p *parsing) stages(n ast.Node) {
	names := map[string]bool{}
	p.listOf(n, "stages", maxStages, func(item ast.Node) {
		s := p.stage(item)
		if names[s.Name] && s.Name != "" {
			p.problem(item, "give each stage a name of its own", "two stages are called %q", s.Name)
		}
		names[s.Name] = true
		p.s.Replay.Stages = append(p.s.Replay.Stages, s)
	})
	if d := p.s.Replay.Duration(); d > maxReplay {
		p.problem(n, "leave stages out, or make them shorter", "the replay takes %v, and may take %v", d, maxReplay)
	}
	if len(p.s.Replay.Stages) == 0 {
		p.problem(n, "leave stages out to measure capacity only", "the replay has no stages")
	}
}

func (p *parsing) stage(n ast.Node) (s Stage) {
	p.mapping(n, "a stage",
		field{"name", true, p.text("name", &s.Name)},
		field{"for", true, value(p.reader, "for", formDuration, &s.For, parseDuration)},
		field{"rate", true, value(p.reader, "rate", formRate, &s.Rate, parseRate)},
		field{"curve", false, func(n ast.Node) { s.Curve = p.curve(n) }},
	)
	p.checkPeak(n, s)
	return s
}

// checkPeak refuses a curve that raises the rate above the highest.
func (p *parsing) checkPeak(n ast.Node, s Stage) {
	if len(s.Curve) == 0 || s.Rate.Unit == OfCapacity {
		return
	}
	peak := Rate{s.Rate.Value * slices.Max(s.Curve), s.Rate.Unit}
	if err := peak.check(); err != nil && peak.Value > s.Rate.Value {
		p.problem(n, "lower the rate or the points of the curve", "the highest rate of stage %q, %s, %v", s.Name, peak, err)
	}
}

func (p *parsing) curve(n ast.Node) (points []float64) {
	sum := 0.0
	p.listOf(n, "curve", maxPoints, func(item ast.Node) {
		var x float64
		value(p.reader, "a point of the curve", formNumber, &x, parsePoint)(item)
		if x < 0 {
			p.problem(item, "write 0 or more", "a point of the curve is below 0")
		}
		points, sum = append(points, x), sum+x
	})
	switch {
	case len(points) < 2:
		p.problem(n, "give at least one for the beginning and one for the end", "the curve has %d points, want at least 2", len(points))
	case sum <= 0:
		p.problem(n, "", "the curve is 0 everywhere")
	}
	return points
}

func (p *parsing) objective(n ast.Node) {
	p.mapping(n, "objective",
		field{"p95", false, value(p.reader, "p95", formDuration, &p.s.Objective.P95, parseDuration)},
		field{"errors", false, value(p.reader, "errors", formShare, &p.s.Objective.Errors, parseShare)},
	)
}

func (p *parsing) targets(n ast.Node) {
	names := map[string]bool{}
	p.listOf(n, "targets", maxTargets, func(item ast.Node) {
		t := p.target(item)
		if names[t.Name] && t.Name != "" {
			p.problem(item, "give each target a name of its own", "two targets are called %q", t.Name)
		}
		names[t.Name] = true
		p.s.Targets = append(p.s.Targets, t)
	})
}

var builtins = []string{"cgi", "persistent"}

// target reads a target: the name of a built-in target, or a mapping.
func (p *parsing) target(n ast.Node) Target {
	name, plain := scalar(n)
	switch {
	case !plain && has(n, "builtin"):
		return p.builtin(n)
	case !plain:
		return p.ownTarget(n)
	}
	if !slices.Contains(builtins, name) {
		p.problem(n, didYouMean(name, builtins), "there is no built-in target %q", name)
	}
	return Target{Name: name, Builtin: name}
}

// builtin reads a built-in target with a name of its own, or with several instances.
func (p *parsing) builtin(n ast.Node) (t Target) {
	server := &Server{}
	instances := server.instances(p)
	seen := p.mapping(n, "a built-in target",
		field{"name", false, p.text("name", &t.Name)},
		field{"builtin", true, p.text("builtin", &t.Builtin)},
		instances.field,
	)
	t.Name = cmp.Or(t.Name, t.Builtin)
	switch at := seen["instances"]; {
	case !slices.Contains(builtins, t.Builtin):
		p.problem(seen["builtin"], didYouMean(t.Builtin, builtins), "there is no built-in target %q", t.Builtin)
	case at == nil:
	case t.Builtin != "persistent":
		p.problem(at, instances.hint, instances.refusal, t.Name)
	default:
		t.Settings = server
	}
	return t
}

// ownTarget reads a target that is not built in. Its kind determines which fields
// it may have, and may follow them.
func (p *parsing) ownTarget(n ast.Node) Target {
	t := Target{Ready: DefaultReady, StartTimeout: DefaultStartTimeout}
	fields := []field{
		{"name", true, p.text("name", &t.Name)},
		{"kind", true, p.text("kind", &t.Kind)},
		{"command", false, p.command("command", &t.Command)},
		{"files", false, func(n ast.Node) { p.files(n, &t) }},
		{"needs", false, func(n ast.Node) { t.Needs = p.needs(n) }},
		{"dir", false, p.text("dir", &t.Dir)},
		{"env", false, func(n ast.Node) { t.Env = p.variables("env", n) }},
		{"reset", false, p.command("reset", &t.Reset)},
		{"url", false, p.text("url", &t.URL)},
		{"insecure", false, value(p.reader, "insecure", "write true or false", &t.Insecure, strconv.ParseBool)},
		{"ca", false, p.text("ca", &t.CA)},
		{"pids", false, func(n ast.Node) { t.PIDs = p.pids(n) }},
		{"ready", false, p.text("ready", &t.Ready)},
	}
	for _, f := range ownFields() {
		fields = append(fields, field{f.name, false, func(ast.Node) {}}) // readOwn reads it once the kind is known
	}
	seen := p.mapping(n, "a target", append(fields, field{"start_timeout", false, value(p.reader, "start_timeout", formDuration, &t.StartTimeout, parseDuration)})...)
	p.checkTarget(n, &t, seen)
	return t
}

// checkTarget checks that a target has everything that its kind needs.
func (p *parsing) checkTarget(n ast.Node, t *Target, seen map[string]ast.Node) {
	k, known := kinds[t.Kind]
	if !known && t.Kind != "" {
		p.problem(seen["kind"], didYouMean(t.Kind, Kinds()), "unknown kind %q", t.Kind)
	}
	if known && !k.attached && len(t.Command) == 0 {
		p.problem(n, "set command to the program", "target %q has no command", t.Name)
	}
	p.readOwn(t, seen)
	if k.check != nil {
		k.check(p, n, *t, seen)
	}
	p.checkURL(*t, seen)
	if !strings.HasPrefix(t.Ready, "/") {
		p.problem(seen["ready"], "write a path such as /healthz", "bad path %q", t.Ready)
	}
}

func (p *parsing) checkURL(t Target, seen map[string]ast.Node) {
	secure := strings.HasPrefix(t.URL, "https://")
	switch {
	case t.URL == "":
	case !secure && !strings.HasPrefix(t.URL, "http://"):
		p.problem(seen["url"], "write url: http://127.0.0.1:8080", "target %q has no http:// or https:// address", t.Name)
	case !serverOnly(t.URL):
		p.problem(seen["url"], "write only the address of the server, such as http://127.0.0.1:8080; paths belong to the routes, as in get: /shop/guestbook", "the url of target %q must have a scheme, a host and a port, and nothing else", t.Name)
	}
	for _, key := range []string{"insecure", "ca"} {
		if seen[key] != nil && !secure {
			p.problem(seen[key], "leave it out, or give the url of an https server", "target %q does not speak TLS", t.Name)
		}
	}
}

// serverOnly reports whether a URL consists of scheme, host and port. Dialing would report
// a port that there cannot be only after the start timeout.
func serverOnly(address string) bool {
	u, err := url.Parse(address)
	if err == nil && u.Port() != "" {
		_, err = strconv.ParseUint(u.Port(), 10, 16)
	}
	return err == nil && u.Hostname() != "" && strings.Trim(u.Path, "/") == "" && u.RawQuery == "" && u.Fragment == "" && u.User == nil
}

func (p *parsing) variables(what string, n ast.Node) map[string]string {
	vars := map[string]string{}
	p.pairs(n, what, func(name string, key, v ast.Node) {
		var s string
		p.text("variable "+name, &s)(v)
		if name == "" || strings.ContainsAny(name, "=\x00") || strings.Contains(s, "\x00") {
			p.problem(key, "a name is made of letters, digits and _", "%q cannot be the name of a variable", name)
		}
		vars[name] = s
	})
	return vars
}

func (p *parsing) pids(n ast.Node) (pids []int) {
	p.list(n, "pids", func(item ast.Node) {
		var pid int
		value(p.reader, "a process id", formWhole, &pid, between(1, 1<<22))(item)
		pids = append(pids, pid)
	})
	return pids
}
