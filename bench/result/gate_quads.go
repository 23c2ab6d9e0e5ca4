package result

import "slices"

// routeValues returns the values of the quads of a route, by session.
func (g *Gate) routeValues(route string) [][]float64 {
	var all [][]float64
	for _, s := range g.Sessions {
		for _, r := range s.Routes {
			if r.Route == route {
				all = append(all, valuesOf(r.Quads))
			}
		}
	}
	return all
}

// AllQuads returns the quads of the whole mix with a value, of all sessions.
func (g *Gate) AllQuads() []Quad {
	var all []Quad
	for _, s := range g.Sessions {
		all = append(all, s.Quads...)
	}
	return all
}

// excluded returns the quads of the whole mix without a value.
func (g *Gate) excluded() []Quad {
	var all []Quad
	for _, s := range g.Sessions {
		all = append(all, s.Excluded...)
	}
	return all
}

// byRoute returns the quads of each route over all sessions, in the order of the routes'
// first measurements.
func (g *Gate) byRoute() []RouteQuads {
	var all []RouteQuads
	for _, s := range g.Sessions {
		for _, r := range s.Routes {
			to := RouteOf(&all, r.Route)
			to.Quads, to.Excluded = append(to.Quads, r.Quads...), append(to.Excluded, r.Excluded...)
		}
	}
	return all
}

// RouteOf returns the entry of a route in a list, and appends it if it is missing.
func RouteOf(all *[]RouteQuads, route string) *RouteQuads {
	i := slices.IndexFunc(*all, func(r RouteQuads) bool { return r.Route == route })
	if i < 0 {
		i, *all = len(*all), append(*all, RouteQuads{Route: route})
	}
	return &(*all)[i]
}

// Values returns the values of the quads of the whole mix: logarithms of ratios.
func (s Session) Values() []float64 { return valuesOf(s.Quads) }

func valuesOf(quads []Quad) []float64 {
	var d []float64
	for _, q := range quads {
		d = append(d, q.Value())
	}
	return d
}

// values returns the values of the first n quads, by session.
func (g *Gate) values(n int) [][]float64 {
	var all [][]float64
	for _, s := range g.Sessions {
		all = append(all, s.Values())
	}
	return firstOf(all, n)
}

// firstOf returns the first n values, by session.
func firstOf(sessions [][]float64, n int) [][]float64 {
	var first [][]float64
	for _, d := range sessions {
		first = append(first, d[:min(n, len(d))])
		n -= min(n, len(d))
	}
	return first
}

// LeastLook is the least number of quads between two looks.
const LeastLook = 3

// Count returns the number of quads of the whole mix.
func (g *Gate) Count() (n int) {
	for _, s := range g.Sessions {
		n += len(s.Quads)
	}
	return n
}
