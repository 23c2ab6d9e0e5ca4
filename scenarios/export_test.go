package scenarios

// GuideOf returns the row of a kind in the guide.
func GuideOf(kind string) string { return kinds[kind].guide }

// Defaults returns a scenario in which nothing is given.
var Defaults = defaults
