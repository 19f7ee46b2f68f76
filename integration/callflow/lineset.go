package callflow

import (
	"encoding/json"
	"errors"
	"slices"
)

// allLines is how the settings document says "every line".
const allLines = "all"

// Has reports whether the line with this id belongs to the set.
func (l LineSet) Has(id string) bool { return l.All || slices.Contains(l.IDs, id) }

// MarshalJSON writes "all" or the list of ids.
func (l LineSet) MarshalJSON() ([]byte, error) {
	if l.All {
		return json.Marshal(allLines)
	}
	if l.IDs == nil {
		return []byte("[]"), nil
	}
	return json.Marshal(l.IDs)
}

// UnmarshalJSON reads "all" or a list of ids, each a text or a whole number.
func (l *LineSet) UnmarshalJSON(b []byte) error {
	var word string
	if json.Unmarshal(b, &word) == nil {
		if word != allLines {
			return errors.New(`callflow: read lines: want "all" or a list of ids`)
		}
		*l = LineSet{All: true}
		return nil
	}
	var items []json.RawMessage
	if err := json.Unmarshal(b, &items); err != nil {
		return errors.New(`callflow: read lines: want "all" or a list of ids`)
	}
	ids := make([]string, 0, len(items))
	for _, item := range items {
		id, err := lineID(item)
		if err != nil {
			return err
		}
		ids = append(ids, id)
	}
	*l = LineSet{IDs: ids}
	return nil
}

func lineID(b []byte) (string, error) {
	var text string
	if json.Unmarshal(b, &text) == nil {
		return text, nil
	}
	var number json.Number
	if json.Unmarshal(b, &number) == nil {
		return number.String(), nil
	}
	return "", errors.New("callflow: read lines: an id is a text or a whole number")
}
