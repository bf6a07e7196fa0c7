package redisstore

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// numberBytes is the length of a number in the arguments and answers of the scripts: a double, little-endian. All numbers are
// integers below 2^53, so no number is rounded.
const numberBytes = 8

// packed encodes the question about one key, three numbers, for the scripts.
func packed(a, b, c int64) string {
	var space [3 * numberBytes]byte
	binary.LittleEndian.PutUint64(space[:], math.Float64bits(float64(a)))
	binary.LittleEndian.PutUint64(space[numberBytes:], math.Float64bits(float64(b)))
	binary.LittleEndian.PutUint64(space[2*numberBytes:], math.Float64bits(float64(c)))
	return string(space[:])
}

// number is the i-th number of an answer.
func number(answer string, i int) int64 {
	return int64(math.Float64frombits(binary.LittleEndian.Uint64([]byte(answer[i*numberBytes : (i+1)*numberBytes]))))
}

// seen is a node's answer to a question about charges.
type seen struct {
	allowed bool
	now     int64
	counts  []ratelimit.Counts // before the decision
}

// readSeen parses an answer: whether the request is allowed, the time, and three numbers for each charge, which it puts into counts.
func readSeen(answer string, counts []ratelimit.Counts) (seen, error) {
	if len(answer) != (2+3*len(counts))*numberBytes {
		return seen{}, fmt.Errorf("an answer of %d bytes to %d charges", len(answer), len(counts))
	}
	s := seen{allowed: number(answer, 0) == 1, now: number(answer, 1), counts: counts}
	for i := range s.counts {
		s.counts[i] = ratelimit.Counts{Start: number(answer, 2+3*i), Current: number(answer, 3+3*i), Previous: number(answer, 4+3*i)}
	}
	return s, nil
}
