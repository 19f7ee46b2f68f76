package samples_test

import (
	"strings"
	"testing"

	"ringledger/views"
	"ringledger/views/samples"

	"github.com/PuerkitoBio/goquery"
)

// at draws one sample.
func at(t *testing.T, name string) *goquery.Document {
	t.Helper()
	for _, s := range samples.All() {
		if s.Name == name {
			return parse(t, draw(t, s, views.English))
		}
	}
	t.Fatalf("there is no sample %s", name)
	return nil
}

func TestMomentsAreShownAsScriptsShowThem(t *testing.T) {
	if said := at(t, "moment-offline").Find("#offline").Text(); !strings.HasPrefix(said, "No connection") {
		t.Errorf("offline says %q", said)
	}
	if at(t, "moment-sending").Find("form button[aria-busy=true]").Length() != 1 {
		t.Error("no button says that its form is being sent")
	}
	if said := at(t, "overview").Find("#offline").Text(); said != "" {
		t.Errorf("a page that is fine says %q", said)
	}
}
