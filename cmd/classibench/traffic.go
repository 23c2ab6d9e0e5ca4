package main

import "github.com/spf13/cobra"

func (p *program) trafficCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "traffic",
		Short: "Make traffic files of access logs, and describe them",
		Args:  verbOnly,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.trafficImportCommand(), p.trafficExportCommand(), p.trafficDescribeCommand())
	return c
}
