package result

import "slices"

// routeValues are the values of the quads of a route, by session.
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

// AllQuads are those of the whole mix that have a value, of all sessions.
func (g *Gate) AllQuads() []Quad {
	var all []Quad
	for _, s := range g.Sessions {
		all = append(all, s.Quads...)
	}
	return all
}

// excluded are the quads of the whole mix that have none.
func (g *Gate) excluded() []Quad {
	var all []Quad
	for _, s := range g.Sessions {
		all = append(all, s.Excluded...)
	}
	return all
}

// byRoute are the quads of each route over all sessions, in the order in which
// routes were first measured.
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

// RouteOf finds a route, and makes it if it is not there.
func RouteOf(all *[]RouteQuads, route string) *RouteQuads {
	i := slices.IndexFunc(*all, func(r RouteQuads) bool { return r.Route == route })
	if i < 0 {
		i, *all = len(*all), append(*all, RouteQuads{Route: route})
	}
	return &(*all)[i]
}

// Values are the values of the quads of the whole mix: logarithms of ratios.
func (s Session) Values() []float64 { return valuesOf(s.Quads) }

func valuesOf(quads []Quad) []float64 {
	var d []float64
	for _, q := range quads {
		d = append(d, q.Value())
	}
	return d
}

// values are the values of the first n quads, by session.
func (g *Gate) values(n int) [][]float64 {
	var all [][]float64
	for _, s := range g.Sessions {
		all = append(all, s.Values())
	}
	return firstOf(all, n)
}

// firstOf are the first n of the values of all sessions.
func firstOf(sessions [][]float64, n int) [][]float64 {
	var first [][]float64
	for _, d := range sessions {
		first = append(first, d[:min(n, len(d))])
		n -= min(n, len(d))
	}
	return first
}

// LeastLook is how many quads there have to be between two looks.
const LeastLook = 3

// Count is how many quads of the whole mix there are.
func (g *Gate) Count() (n int) {
	for _, s := range g.Sessions {
		n += len(s.Quads)
	}
	return n
}
