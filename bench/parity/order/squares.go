package order

import (
	"iter"
	"slices"
)

// rows yields orders of 0 … n−1 in which every ordered pair of them stands next to each
// other at least once: n orders if n is even, n+1 if it is odd.
//
// For even n they are the rows of a row-complete Latin square (Williams, Australian
// Journal of Scientific Research A 2, 1949): the first row is 0, 1, n−1, 2, n−2, …,
// whose neighbours differ by each number from 1 to n−1 once, modulo n, and row r adds r
// to it. For odd n they are the rows for n+1, without their last symbol. Williams'
// design for odd n needs 2n rows, since it is also balanced, which is not needed here.
func rows(n int) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		even := n + n%2
		for r := range even {
			if n < 2 || !yield(row(even, r, n)) {
				return
			}
		}
	}
}

// row returns row r of the square of even order, without symbols from n on.
func row(even, r, n int) (symbols []int) {
	for i := range even {
		first := (i + 1) / 2
		if i%2 == 0 {
			first = (even - i/2) % even
		}
		if symbol := (first + r) % even; symbol < n {
			symbols = append(symbols, symbol)
		}
	}
	return symbols
}

// pieces cuts an order into pieces of at most length elements. The last element of a
// piece is also the first one of the next piece, so that no pair is lost.
func pieces[T any](order []T, length int) (cut [][]T) {
	length = max(2, length)
	for len(order) > length {
		cut = append(cut, slices.Clone(order[:length]))
		order = order[length-1:]
	}
	return append(cut, order)
}
