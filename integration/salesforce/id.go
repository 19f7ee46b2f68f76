package salesforce

// idAlphabet are the values of the last three characters of an id.
const idAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"

// fullID gives the 18 characters of an id of 15, as all answers but the words
// of some errors write it: the last three tell which of the others are upper
// case, five at a time. Whatever else it is given stays as it is.
func fullID(id string) string {
	if len(id) != 15 {
		return id
	}
	full := []byte(id)
	for block := range 3 {
		bits := 0
		for i := range 5 {
			if c := id[block*5+i]; c >= 'A' && c <= 'Z' {
				bits |= 1 << i
			}
		}
		full = append(full, idAlphabet[bits])
	}
	return string(full)
}
