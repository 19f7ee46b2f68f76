package views_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
	"ringledger/integration/settings"
	"ringledger/views"
)

func catalogue(t *testing.T, language string) map[string]any {
	t.Helper()
	doc, err := os.ReadFile("locales/" + language + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var words map[string]any
	if err := json.Unmarshal(doc, &words); err != nil {
		t.Fatal(err)
	}
	return words
}

func TestBothLanguagesHaveTheSameKeysAndFacts(t *testing.T) {
	english, french := catalogue(t, "en"), catalogue(t, "fr")
	for key := range english {
		if _, ok := french[key]; !ok {
			t.Errorf("%s is missing in French", key)
		}
	}
	for key := range french {
		if _, ok := english[key]; !ok {
			t.Errorf("%s is missing in English", key)
		}
	}
	fact := regexp.MustCompile(`\.[a-z_]+`)
	action := regexp.MustCompile(`\{\{.*?\}\}`)
	facts := func(v any) []string {
		text, _ := json.Marshal(v)
		var all []string
		for _, a := range action.FindAllString(string(text), -1) {
			all = append(all, fact.FindAllString(a, -1)...)
		}
		slices.Sort(all)
		return slices.Compact(all)
	}
	for key := range english {
		// A plural may leave the number out where the language says "one".
		en, fr := facts(english[key]), facts(french[key])
		if !slices.Equal(en, fr) {
			t.Errorf("%s: English uses %v, French %v", key, en, fr)
		}
		if strings.TrimSpace(text(english[key])) == "" || strings.TrimSpace(text(french[key])) == "" {
			t.Errorf("%s says nothing", key)
		}
	}
}

func text(v any) string {
	b, _ := json.Marshal(v)
	return strings.Trim(string(b), `"{}`)
}

// used finds the keys that templates and code name. Parts of a key that are
// put together at run time stand as the prefix before the joint.
func used(t *testing.T) (whole, prefixes map[string]bool) {
	t.Helper()
	whole, prefixes = map[string]bool{}, map[string]bool{}
	files, err := filepath.Glob("*")
	if err != nil {
		t.Fatal(err)
	}
	quoted := regexp.MustCompile(`"([a-z][a-zA-Z0-9_]*\.[a-zA-Z0-9_.]*)"( ?\+)?`)
	for _, file := range files {
		if strings.HasSuffix(file, "_templ.go") || strings.HasSuffix(file, "_test.go") || !strings.HasSuffix(file, ".go") && !strings.HasSuffix(file, ".templ") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range quoted.FindAllStringSubmatch(string(source), -1) {
			if m[2] != "" || strings.HasSuffix(m[1], ".") {
				prefixes[m[1]] = true
			} else {
				whole[m[1]] = true
			}
		}
	}
	for key, joined := range inWeb(t) {
		if joined {
			prefixes[key] = true
		} else {
			whole[key] = true
		}
	}
	return whole, prefixes
}

// inWeb finds the keys that handlers name themselves, and whether something is
// joined to them at run time.
func inWeb(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("../web/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	named := regexp.MustCompile(`views\.T\([a-zA-Z]+, "([^"]+)"( ?\+)?`)
	keys := map[string]bool{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(source), -1) {
			keys[m[1]] = m[2] != ""
		}
	}
	return keys
}

func TestEveryKeyThatHandlersNameHasWords(t *testing.T) {
	for key, joined := range inWeb(t) {
		if !joined && !views.Known(key) {
			t.Errorf("there are no words for %s", key)
		}
	}
}

func TestEveryKeyOfTheCatalogueIsUsed(t *testing.T) {
	whole, prefixes := used(t)
	// Series and parts of keys that are put together from codes.
	for _, extra := range []string{"salesforce.app.steps.", "aircall.howto.", "aircall.hand.", "flows.calls.", "flows.messages.", "start.", "country."} {
		prefixes[extra] = true
	}
	for key := range catalogue(t, "en") {
		found := whole[key]
		for prefix := range prefixes {
			found = found || strings.HasPrefix(key, prefix)
		}
		if !found {
			t.Errorf("%s is used nowhere", key)
		}
	}
}

func TestEveryKeyInATemplateHasWords(t *testing.T) {
	files, err := filepath.Glob("*.templ")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	call := regexp.MustCompile(`\bT\(ctx, "([^"]+)"[,)]`)
	for _, file := range append(files, more...) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range call.FindAllStringSubmatch(string(source), -1) {
			if !views.Known(m[1]) {
				t.Errorf("%s: there are no words for %s", file, m[1])
			}
		}
	}
}

func TestTemplatesHoldNoBareText(t *testing.T) {
	files, err := filepath.Glob("*.templ")
	if err != nil {
		t.Fatal(err)
	}
	// Text between tags, or an attribute that people read, with letters in it.
	bare := regexp.MustCompile(`>\s*[A-Za-z][A-Za-z ,.'!?-]*<`)
	attribute := regexp.MustCompile(`\s(?:title|aria-label|placeholder|alt)="[^"]*[A-Za-z][^"]*"`)
	line := regexp.MustCompile(`^\s*[A-Z][a-z]+( [a-z]+)+[.!?]?\s*$`)
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		markup := false
		for i, l := range strings.Split(string(source), "\n") {
			if strings.HasPrefix(l, "templ ") {
				markup = true
			} else if l == "}" {
				markup = false
			}
			if !markup {
				continue
			}
			if bare.MatchString(l) || attribute.MatchString(l) || line.MatchString(l) {
				t.Errorf("%s:%d: bare text: %s", file, i+1, strings.TrimSpace(l))
			}
		}
	}
}

func TestTemplatesKeepToTheContentPolicy(t *testing.T) {
	files, err := filepath.Glob("*.templ")
	if err != nil {
		t.Fatal(err)
	}
	forbidden := regexp.MustCompile(`\sstyle=|<style|\son[a-z]+=|hx-on|js:|javascript:|hx-trigger="[^"]*\[|hx-vals|<script>`)
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := forbidden.FindString(string(source)); found != "" {
			t.Errorf("%s holds %q", file, found)
		}
	}
}

// sentences asks that a step has words in both languages, with all its facts
// known and with none.
func sentences(t *testing.T, code, result string, params []string) {
	t.Helper()
	for _, language := range views.Languages() {
		ctx := in(t, language)
		full, empty := map[string]string{}, map[string]string{}
		for _, p := range params {
			full[p], empty[p] = "3", ""
		}
		for _, facts := range []map[string]string{full, empty} {
			title, because := views.Sentence(ctx, callflow.Step{Code: code, Result: result, Params: facts})
			for _, said := range []string{title, because} {
				if said == "" || strings.HasPrefix(said, "trace.") || strings.Contains(said, "no value") || strings.Contains(said, "{{") {
					t.Errorf("%s: %s.%s says %q", language, code, result, said)
				}
			}
		}
	}
}

func TestEveryStepOfTheRulesHasASentence(t *testing.T) {
	for code, results := range callflow.StepResults() {
		for result, params := range results {
			if !views.Known("trace." + code + "." + result + ".title") {
				t.Errorf("%s.%s has no sentence of its own", code, result)
			}
			sentences(t, code, result, params)
		}
	}
}

func TestEveryStepOfTheWorkerHasASentence(t *testing.T) {
	kinds := []string{"contact", "lead", "account", "person_account"}
	failures := []string{
		string(salesforce.Unknown), string(salesforce.NotSent), string(salesforce.Busy), string(salesforce.Limited), string(salesforce.Down), string(salesforce.Reconnect),
		string(salesforce.NotConnected), string(salesforce.FieldRefused), string(salesforce.Duplicate), string(salesforce.Gone), string(salesforce.OwnerRefused),
		string(salesforce.Refused), string(salesforce.Misconfigured),
	}
	steps := map[string][]string{
		"received": {"webhook"}, "folded": {"oddities"}, "settling": {"waiting"}, "created_record": append(kinds, "by_other_call"), "existing_record": kinds,
		"wrote_task": {"created"}, "updated_task": {"changed"}, "unchanged": {"rule", "edited", "same"}, "looked_up": {"found", "not_found", "refused"},
		"field_dropped": failures, "refused": failures, "retry": failures, "replayed": {"then", "now"}, "task_deleted": {"gone"},
	}
	for _, r := range callflow.Reasons()[callflow.Waiting] {
		steps["held"] = append(steps["held"], string(r))
	}
	for code, results := range steps {
		for _, result := range results {
			sentences(t, code, result, []string{"at", "events", "count", "message", "code", "fields", "field", "name", "id", "key", "object", "kind", "reason", "event", "path", "got"})
		}
	}
}

func TestEveryReasonIsExplained(t *testing.T) {
	for outcome, reasons := range callflow.Reasons() {
		for _, r := range reasons {
			want := []string{"", ".why"}
			if outcome == callflow.Failed {
				want = append(want, ".fix", ".step.1")
			}
			if outcome == callflow.Waiting || outcome == callflow.NeedsChoice {
				want = append(want, ".fix")
			}
			for _, part := range want {
				if !views.Known("reason." + string(r) + part) {
					t.Errorf("reason.%s%s has no words", r, part)
				}
			}
		}
	}
}

func TestEveryMistakeHasASentence(t *testing.T) {
	codes := callflow.ProblemCodes()
	maps.Copy(codes, settings.MistakeCodes())
	for code, params := range codes {
		facts := map[string]string{}
		for _, p := range params {
			facts[p] = "‹" + p + "›"
		}
		for _, language := range views.Languages() {
			said := views.ProblemText(in(t, language), code, facts)
			if strings.HasPrefix(said, "problem.") {
				t.Errorf("%s: there are no words for %s", language, code)
			}
		}
	}
}

func TestEveryPreflightProblemSaysWhatToDo(t *testing.T) {
	for _, code := range []string{
		salesforce.ProblemObjectHidden, salesforce.ProblemNoCreate, salesforce.ProblemNoUpdate, salesforce.ProblemFieldHidden, salesforce.ProblemFieldReadOnly,
		salesforce.ProblemRequiredField, salesforce.ProblemNoClosedStatus, salesforce.ProblemNoOpenStatus, salesforce.ProblemNoPersonType,
		salesforce.ProblemNoExternalID, salesforce.ProblemExternalIDUnique,
	} {
		for _, part := range []string{".title", ".text", ".fix"} {
			if !views.Known("preflight." + code + part) {
				t.Errorf("preflight.%s%s has no words", code, part)
			}
		}
	}
}

func TestEveryHolidayCountryHasAName(t *testing.T) {
	for _, code := range settings.HolidayCountries() {
		if !views.Known("country." + code) {
			t.Errorf("%s has no name", code)
		}
	}
}

// verdicts are the constants of callflow.Verdict, from its source, so that a
// new one cannot be forgotten here.
func verdicts(t *testing.T) []string {
	t.Helper()
	source, err := os.ReadFile("../integration/callflow/record.go")
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, found := range regexp.MustCompile(`(?m)^\s+Verdict\w+\s+Verdict = "(\w+)"`).FindAllSubmatch(source, -1) {
		codes = append(codes, string(found[1]))
	}
	return codes
}

func TestEveryVerdictHasWords(t *testing.T) {
	codes := verdicts(t)
	if !slices.Contains(codes, string(callflow.VerdictChosen)) {
		t.Fatalf("got %v, which lacks the chosen one", codes)
	}
	for _, code := range codes {
		if !views.Known("verdict." + code) {
			t.Errorf("verdict.%s has no words", code)
		}
	}
}

func TestAMistakenKindOfValueIsSaidInWords(t *testing.T) {
	for _, tt := range []struct{ language, want, said string }{
		{"en", "whole_number", "Enter a whole number."},
		{"fr", "whole_number", "Saisissez un nombre entier."},
		{"en", "true_or_false", "Enter true or false."},
	} {
		if got := views.ProblemText(in(t, tt.language), "wrong_type", map[string]string{"want": tt.want, "got": "text"}); got != tt.said {
			t.Errorf("%s %s: got %q, want %q", tt.language, tt.want, got, tt.said)
		}
	}
	for _, want := range []string{"mapping", "text", "list", "all_or_list", "true_or_false", "whole_number"} {
		if !views.Known("problem.wrong_type." + want) {
			t.Errorf("problem.wrong_type.%s has no words", want)
		}
	}
}
