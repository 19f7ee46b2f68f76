package phone

import (
	"hash/maphash"
	"sync/atomic"

	"github.com/nyaruka/phonenumbers"
)

// reading is one number as it was written and what it was read as: nothing
// when it is no number.
type reading struct {
	raw, region, e164 string
	number            *phonenumbers.PhoneNumber // shared, never changed
}

// memory keeps readings, because the same few thousand numbers and lines come
// again and again and reading one costs a hundred times what finding it does.
// A slot holds the last number that fell on it: bounded, and without locks.
type memory struct {
	seed  maphash.Seed
	slots [1 << 12]atomic.Pointer[reading]
}

var readings = &memory{seed: maphash.MakeSeed()}

func remembered(raw, region string) *reading {
	slot := readings.slot(raw, region)
	if r := slot.Load(); r != nil && r.raw == raw && r.region == region {
		return r
	}
	r := &reading{raw: raw, region: region, number: read(raw, region)}
	if r.number != nil {
		r.e164 = phonenumbers.Format(r.number, phonenumbers.E164)
	}
	slot.Store(r)
	if region != "" && r.number != nil { // it is soon looked up in its own name
		readings.slot(r.e164, "").Store(&reading{raw: r.e164, e164: r.e164, number: r.number})
	}
	return r
}

func (m *memory) slot(raw, region string) *atomic.Pointer[reading] {
	hash := maphash.String(m.seed, raw) ^ maphash.String(m.seed, region)
	return &m.slots[hash%uint64(len(m.slots))]
}
