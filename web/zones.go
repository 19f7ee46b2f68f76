package web

import (
	"slices"

	"ringledger/store"
)

// zones are the time zones to offer: the larger places of each part of the
// world, with the one that is chosen and those of the lines among them. Any
// other IANA name can be imported.
func zones(chosen string, lines []store.Line) []string {
	all := []string{
		"Africa/Abidjan", "Africa/Algiers", "Africa/Cairo", "Africa/Casablanca", "Africa/Dakar", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi", "Africa/Tunis",
		"America/Argentina/Buenos_Aires", "America/Bogota", "America/Chicago", "America/Denver", "America/Guadeloupe", "America/Halifax",
		"America/Lima", "America/Los_Angeles", "America/Martinique", "America/Mexico_City", "America/Montreal", "America/New_York", "America/Phoenix",
		"America/Santiago", "America/Sao_Paulo", "America/St_Johns", "America/Toronto", "America/Vancouver",
		"Asia/Bangkok", "Asia/Dubai", "Asia/Ho_Chi_Minh", "Asia/Hong_Kong", "Asia/Jakarta", "Asia/Jerusalem", "Asia/Karachi", "Asia/Kolkata", "Asia/Kuala_Lumpur",
		"Asia/Manila", "Asia/Riyadh", "Asia/Seoul", "Asia/Shanghai", "Asia/Singapore", "Asia/Taipei", "Asia/Tokyo",
		"Atlantic/Azores", "Atlantic/Canary", "Atlantic/Reykjavik",
		"Australia/Adelaide", "Australia/Brisbane", "Australia/Melbourne", "Australia/Perth", "Australia/Sydney",
		"Europe/Amsterdam", "Europe/Athens", "Europe/Belgrade", "Europe/Berlin", "Europe/Brussels", "Europe/Bucharest", "Europe/Budapest", "Europe/Copenhagen",
		"Europe/Dublin", "Europe/Helsinki", "Europe/Istanbul", "Europe/Kyiv", "Europe/Lisbon", "Europe/London", "Europe/Luxembourg", "Europe/Madrid", "Europe/Oslo",
		"Europe/Paris", "Europe/Prague", "Europe/Rome", "Europe/Sofia", "Europe/Stockholm", "Europe/Vienna", "Europe/Vilnius", "Europe/Warsaw", "Europe/Zurich",
		"Indian/Mauritius", "Indian/Reunion", "Pacific/Auckland", "Pacific/Honolulu", "Pacific/Noumea", "Pacific/Tahiti", "UTC",
	}
	for _, l := range lines {
		all = append(all, l.TimeZone)
	}
	all = append(all, chosen)
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(name string) bool { return name == "" })
}
