package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/classibench/classibench/scenarios"
	"github.com/classibench/classibench/scenarios/traffic"
)

// An ownPair is a comparison of the user's own programs, given by flags. It becomes a
// scenario, so that the rest of the command treats files and flags alike.
type ownPair struct {
	baseline   string
	candidates []string
	requests   requestFlags
	targets    targetFlags
}

// flags adds the flags that describe a pair.
func (o *ownPair) flags(f *pflag.FlagSet) {
	f.StringVar(&o.baseline, "baseline", "", "`target` to migrate from, as KIND:COMMAND, such as cgi:./ads.pl")
	f.StringArrayVar(&o.candidates, "candidate", nil, "`target` to compare with it, such as 'server:starman --listen {addr} ads.psgi' or http://127.0.0.1:8080; may be repeated")
	o.requests.flags(f)
	o.targets.flags(f)
}

// given returns the name of the first flag of a pair on the command line, or "".
func (o *ownPair) given(f *pflag.FlagSet) (name string) {
	mine := pflag.NewFlagSet("", pflag.ContinueOnError)
	(&ownPair{}).flags(mine)
	f.Visit(func(flag *pflag.Flag) {
		if mine.Lookup(flag.Name) != nil && name == "" {
			name = "--" + flag.Name
		}
	})
	return name
}

// orScenario returns the pair if flags name one, else the scenario that the arguments name:
// the built-in one without arguments. Arguments beside a pair are the bodies of its posts.
func (o *ownPair) orScenario(c *cobra.Command, args []string) (pair *ownPair, scenario string, err error) {
	if o.given(c.Flags()) != "" {
		o.requests.bodies = args
		return o, "", nil
	}
	scenario, err = scenarioArgument(c, args)
	return nil, scenario, err
}

// scenarioArgument returns the scenario that the arguments name, or the built-in one.
func scenarioArgument(c *cobra.Command, args []string) (string, error) {
	if err := cobra.MaximumNArgs(1)(c, args); err != nil {
		return "", usageError(err, "\"%s --help\" lists arguments and flags", c.CommandPath())
	}
	if len(args) > 0 {
		return args[0], nil
	}
	return "peak-hour", nil
}

// scenario converts the flags to a scenario, and returns notes about it.
func (o *ownPair) scenario(ctx context.Context) (s *scenarios.Scenario, notes []string, err error) {
	s = ownDefaults()
	if s.Targets, err = o.readTargets(); err != nil {
		return nil, nil, err
	}
	list, err := o.requests.list(ctx)
	if err != nil {
		return nil, nil, err
	}
	if s.Mix, s.Draw, err = list.Mix(scenarios.Expect{Baseline: true}); err != nil {
		return nil, nil, usageError(err, "")
	}
	o.requests.expectText(s.Mix)
	ready(s)
	s.Name = names(s.Targets)
	s.Description = fmt.Sprintf("%s, compared with %s", s.Targets[0].Name, cmp.Or(names(s.Targets[1:]), "nothing"))
	return s, notesOf(list), nil
}

func notesOf(l *traffic.List) (notes []string) {
	for _, n := range l.Notes {
		notes = append(notes, "requests: "+n)
	}
	return notes
}

// names joins the names of targets.
func names(targets []scenarios.Target) string {
	var all []string
	for _, t := range targets {
		all = append(all, t.Name)
	}
	return strings.Join(all, " and ")
}

// ready sets a measured page as the one that started targets have to answer before they are
// ready.
func ready(s *scenarios.Scenario) {
	for _, r := range s.Mix {
		if parts := scenarios.Parts(r.Path); r.Method == "GET" && len(parts) == 1 && parts[0].Draw == "" {
			for i := range s.Targets {
				s.Targets[i].Ready = parts[0].Text
			}
			return
		}
	}
}

// ownDefaults returns the settings for a pair from flags: those of the scenario peak-hour, in
// less time.
func ownDefaults() *scenarios.Scenario {
	s := scenarios.Defaults()
	s.Capacity.Budget = 40 * time.Second
	half := scenarios.Rate{Value: 0.5, Unit: scenarios.OfCapacity}
	s.Replay.Stages = []scenarios.Stage{
		{Name: "before", For: 5 * time.Second, Rate: half},
		{Name: "busiest hour", For: 12 * time.Second, Rate: scenarios.Rate{Value: 1.2, Unit: scenarios.OfCapacity},
			Curve: []float64{1.15, 1.05, 1.2, 1.21, 1.11, 1.02, 1.02, 1.37, 1.03, 1.13, 0.87, 0.43, 0.93, 1, 0.58, 0.81, 0.4, 1.06, 1.13, 1.03, 1.18}},
		{Name: "after", For: 5 * time.Second, Rate: half},
	}
	return s
}
