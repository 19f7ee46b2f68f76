package views

// tone is the colour of the answer: hue is meaning.
func (m TrialPage) tone() string {
	switch effectTone(m.Class) {
	case "warn":
		return "warn"
	case "ok":
		return "ok"
	}
	return "mute"
}
