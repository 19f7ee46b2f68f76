package simulator

import "strings"

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// makeID gives the n-th id of an object: key prefix, pod, nine digits in base
// 62, and the three characters that make it safe to compare without case.
func makeID(prefix string, n int) string {
	id := []byte(prefix + "Qy0000000000")
	for i := len(id) - 1; i > 5 && n > 0; i-- {
		id[i] = base62[n%62]
		n /= 62
	}
	return string(id) + checksum(string(id))
}

// checksum tells, five characters at a time, which of them are upper case.
func checksum(id15 string) string {
	var out [3]byte
	for block := range 3 {
		bits := 0
		for i := range 5 {
			if c := id15[block*5+i]; c >= 'A' && c <= 'Z' {
				bits |= 1 << i
			}
		}
		out[block] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits]
	}
	return string(out[:])
}

// fullID turns 15 characters into 18 and repairs the case of 18. It reports
// false for what no id can look like.
func fullID(id string) (string, bool) {
	if len(id) != 15 && len(id) != 18 {
		return "", false
	}
	for i := range len(id) {
		if !strings.Contains(base62, id[i:i+1]) {
			return "", false
		}
	}
	if len(id) == 15 {
		return id + checksum(id), true
	}
	if checksum(id[:15]) == id[15:] {
		return id, true
	}
	return repairCase(id)
}

// repairCase restores an 18-character id that went through something that
// changed its case; that is what the last three characters are for.
func repairCase(id string) (string, bool) {
	out := []byte(strings.ToLower(id[:15]))
	suffix := strings.ToUpper(id[15:])
	for block := range 3 {
		bits := strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", suffix[block])
		if bits < 0 {
			return "", false
		}
		for i := range 5 {
			if bits&(1<<i) != 0 {
				out[block*5+i] = strings.ToUpper(string(out[block*5+i]))[0]
			}
		}
	}
	return string(out) + suffix, checksum(string(out)) == suffix
}
