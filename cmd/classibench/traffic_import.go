package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime/debug"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/classibench/classibench/internal/candidate"
	"github.com/classibench/classibench/internal/unit"
	"github.com/classibench/classibench/scenarios"
	"github.com/classibench/classibench/scenarios/traffic/logs"
)

// trafficImportOptions are the flags of traffic import.
type trafficImportOptions struct {
	out                       string
	rewrite, include, exclude []string
	anonymize                 []string
	unreadable                share
	logs.Options
}

func (p *program) trafficImportCommand() *cobra.Command {
	o := trafficImportOptions{unreadable: 0.05}
	c := &cobra.Command{
		Use:   "import LOG... -o FILE",
		Short: "Make a traffic file of access logs",
		Long: `Make a traffic file of access logs: the requests in the order of time, with the
client that sent each. LOG is an access log of Apache, nginx, Caddy or Traefik, plain
or compressed by gzip or zstd; - is the standard input. Rotated logs are read in the
order of their first times, whatever their names are.

The format is detected. --format gives it by name (common, combined, vhost_common,
vhost_combined, json), or as Apache's LogFormat or nginx's log_format has it.

Requests with methods that may change data are left out, unless --methods or
--all-methods takes them; logs do not have their bodies. The URLs are those of this
machine (--base), and the site of a log is the field Host: nothing that reads the file
reaches the real site by mistake. FILE is compressed by zstd; each line is a target
in the JSON format of vegeta, with a few keys more.

An existing FILE is replaced at the end. After an error, or Ctrl-C, nothing is left.`,
		Example: `  classibench traffic import access.log -o monday.zst
  classibench traffic import /var/log/apache2/access.log* -o week.zst --anonymize all
  classibench traffic import access.log -o monday.zst --exclude '^/static/' --rewrite '^/new/=/'
  classibench traffic import access.log -o monday.zst --format '$remote_addr [$time_local] "$request" $status'`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return p.trafficImport(c.Context(), o, args) },
	}
	o.flags(c.Flags())
	p.jsonFlag(c)
	return c
}

func (o *trafficImportOptions) flags(f *pflag.FlagSet) {
	f.StringVarP(&o.out, "out", "o", "", "`file` to write")
	f.StringVar(&o.Format, "format", "", "`format` of the log, by name or in the syntax of Apache or nginx (default: detected)")
	f.StringVar(&o.Base, "base", logs.DefaultBase, "`address` of the server in the URLs")
	f.StringSliceVar(&o.Methods, "methods", nil, "take requests with these `methods` only, such as GET,POST (default: those that change no data)")
	f.BoolVar(&o.AllMethods, "all-methods", false, "take requests with any method")
	f.StringArrayVar(&o.include, "include", nil, "take only paths that match this regular `expression`; may be repeated")
	f.StringArrayVar(&o.exclude, "exclude", nil, "leave out paths that match this regular `expression`; may be repeated")
	f.StringArrayVar(&o.rewrite, "rewrite", nil, "`REGEX=REPLACEMENT` for paths with their queries, with $1 for a group; may be repeated")
	anonymizeFlag(f, &o.anonymize)
	f.Var(&o.unreadable, "allow-unreadable", "`share` of the lines that may be unreadable")
	f.BoolVar(&o.CutOff, "allow-cut-off", false, "take what can be read of a compressed file that is cut off or damaged")
	f.Uint64Var(&o.Seed, "seed", 1, "`number` from which times within a second are made, where the log has whole seconds")
}

func (p *program) trafficImport(ctx context.Context, o trafficImportOptions, paths []string) error {
	if err := o.complete(); err != nil {
		return err
	}
	sum, err := p.importLogs(ctx, "importing", paths, o.out, o.Options)
	if err != nil {
		return err
	}
	p.logf("traffic: %s", o.out)
	if p.json {
		return withoutPipeError(p.printJSON(sum))
	}
	_, err = fmt.Fprintf(p.stdout, "%s of %s %s, from %s\n", unit.Count(sum.About.Hits, "request"), unit.Count(sum.Lines, "line"), unit.In(sum.About.Seconds), unit.LocalMoment(sum.About.Start))
	return withoutPipeError(err)
}

// importLogs imports logs, shows how far it is, and reports what it found.
func (p *program) importLogs(ctx context.Context, doing string, paths []string, out string, o logs.Options) (*logs.Summary, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(importGarbage))
	m := p.newMeter(doing)
	o.Stdin, o.Progress = p.stdin, m.update
	sum, err := logs.Import(ctx, paths, out, o)
	m.end()
	if err != nil {
		return nil, importError(err)
	}
	for _, note := range sum.Notes() {
		p.logf("%s", note)
	}
	return sum, nil
}

// importGarbage is the garbage that an import may leave, as a percentage of the memory in use.
// It is less than usual, since an import may run beside the site whose logs it reads.
const importGarbage = 30

// complete reads the texts of flags.
func (o *trafficImportOptions) complete() (err error) {
	switch o.out {
	case "":
		return usageError(errors.New("no file to write is named"), "add -o FILE")
	case "-":
		return usageError(errors.New("a traffic file cannot be written to the standard output: its first part is written last"), "name a file, as in -o traffic.zst")
	}
	if o.Include, err = expressions("--include", o.include); err != nil {
		return err
	}
	if o.Exclude, err = expressions("--exclude", o.exclude); err != nil {
		return err
	}
	for _, text := range o.rewrite {
		r, err := logs.ParseRewrite(text)
		if err != nil {
			return usageError(fmt.Errorf("--rewrite: %w", err), "write --rewrite '^/new/=/'")
		}
		o.Rewrite = append(o.Rewrite, r)
	}
	o.Unreadable = float64(o.unreadable)
	o.Anonymize, err = parseAnonymize(o.anonymize)
	return err
}

func anonymizeFlag(f *pflag.FlagSet, words *[]string) {
	f.StringSliceVar(words, "anonymize", nil, "replace values by hashes with a random key: a `list` of clients, hosts, queries, referrers, agents, or all; with =drop after one, it is left out instead. Messages show the structure of lines only")
}

func parseAnonymize(words []string) (a logs.Anonymize, err error) {
	if len(words) == 0 {
		return a, nil
	}
	if a, err = logs.ParseAnonymize(words); err != nil {
		return a, usageError(fmt.Errorf("--anonymize: %w", err), "write --anonymize all, or --anonymize clients,referrers=drop")
	}
	return a, nil
}

func expressions(flag string, all []string) (res []*regexp.Regexp, err error) {
	for _, text := range all {
		re, err := regexp.Compile(text)
		if err != nil {
			return nil, usageError(fmt.Errorf("%s: %w", flag, err), "it is a regular expression of Go's package regexp: %s '^/ads/[0-9]+'", flag)
		}
		res = append(res, re)
	}
	return res, nil
}

// importError adds a hint to an error of an import.
func importError(err error) error {
	var format *logs.FormatError
	var unreadable *logs.UnreadableError
	var nothing *logs.NothingError
	var cut *logs.CutOffError
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &format):
		return usageError(err, "give the format as the server's configuration has it: --format '%%h %%l %%u %%t \"%%r\" %%>s %%b'")
	case errors.As(err, &unreadable):
		return usageError(err, "import files of different formats apart, with --format if need be; --allow-unreadable 20%% takes more")
	case errors.As(err, &nothing):
		return usageError(err, "--methods, --include and --exclude choose requests")
	case errors.As(err, &cut):
		return usageError(err, "get the whole file, or take what can be read with --allow-cut-off")
	case candidate.Full(err):
		return usageError(err, "make room there: an import needs up to twice the size of its result")
	}
	return usageError(err, "")
}

// A share is a flag such as 5% or 0.05.
type share float64

func (s *share) String() string { return unit.Percent(float64(*s)) }
func (s *share) Type() string   { return "share" }

// Set reads the text of a flag.
func (s *share) Set(text string) error {
	x, err := scenarios.ParseShare(text)
	*s = share(x)
	return err
}
