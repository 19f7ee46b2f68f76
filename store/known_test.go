package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ringledger/integration/callflow"
	"ringledger/integration/phone"
	"ringledger/store"
	"ringledger/store/storetest"
)

// columnsBeside lists every column that tells of nobody behind a number: those
// of the house, its people and its rules, and what counts and times calls. A new
// column is put here, or into the list that erasing and export go by.
var columnsBeside = map[string]string{
	"agents":           "id name email gone_at",
	"alerts":           "id kind day seen_at began_at reminded_at ended_at facts", // counts and names of what is wrong
	"alert_messages":   "id alert_id channel body made_at due_at tries lease_until fence sent_at dropped_at told problem",
	"alert_settings":   "id version facts secret",
	"api_keys":         "id name role hash created_at used_at revoked_at made_by",
	"audit":            "id at who what object detail address previous mac", // may name a number, and stays: see WriteKnown
	"audit_cuts":       "upto head cut_at mac",
	"backfills":        "id cause asked_by state from_at to_at asked_at finished_at reached found added completed problem due_at failures lease_until fence open_at unread looked lacking healed",
	"connections":      "name facts secrets updated_at",
	"deliveries":       "hash provider",
	"duties":           "name node lease_until",
	"doubles":          "task_id entry_id",
	"entries":          "provider due_at lease_until fence revision events tries failures intent_at replay line_id agent_id replay_id listed_at standing healed look events_gone_at erased_at",
	"erasures":         "id hash tail asked_by asked_at finished_at entries",
	"goose_db_version": "id version_id is_applied tstamp",
	"invitations":      "id email name role hash invited_by created_at expires_at",
	"keysets":          "id sealed version fingerprint",
	"lines":            "id name e164 country time_zone gone_at",
	"numbers":          "locked_by locked_until",
	"reconciled":       "day line_id agent_id line_name agent_name calls listed logged skipped person waiting found deleted missing doubled healed",
	"recovery_codes":   "user_id hash used_at",
	"removed_users":    "id",
	"replay_items":     "n state due_before rules_before resolved_at_before intent_before revision",
	"replays":          "cause reason rules finished_at state total logged failed other kind plan passed",
	"resets":           "user_id hash expires_at",
	"retention":        "kind days",
	"retention_job":    "id due_at lease_until fence began_at finished_at removed longest",
	"second_step":      "id required_of",
	"sessions":         "token data expires_at user_id created_at seen_at address agent",
	"settings":         "version document saved_at saved_by note", // may name a number, and stays
	"setup":            "id token_hash expires_at",
	"throttles":        "name failures blocked_until",
	"tries":            "micros",
	"two_steps":        "user_id sealed begun_at confirmed_at last_step",
	"users":            "id email name role password locale created_at deactivated_at seen_at",
	"webhooks":         "id provider secret_hash secret token_hash token remote_id active created_at",
}

// schemaOf are the columns of every table, as the database itself tells them.
func schemaOf(t *testing.T, db *storetest.DB) map[string][]string {
	t.Helper()
	question := "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'"
	if db.File == "" {
		question = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
	}
	rows, err := db.Raw().QueryContext(t.Context(), question)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }() // Err tells
	schema := map[string][]string{}
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			t.Fatal(err)
		}
		schema[table] = append(schema[table], column)
	}
	if err := rows.Err(); err != nil || len(schema) < 20 {
		t.Fatalf("%d tables, %v", len(schema), err)
	}
	return schema
}

func TestEveryColumnIsNamedAmongThoseThatTellOfAPersonOrNot(t *testing.T) {
	each(t, func(t *testing.T, _ *store.Store, db *storetest.DB) {
		schema := schemaOf(t, db)
		person, facts := store.PersonalColumns()
		listed := map[string][]string{}
		for table, columns := range columnsBeside {
			listed[table] = strings.Fields(columns)
		}
		for table, columns := range facts {
			listed[table] = append(listed[table], columns...)
		}
		for table, columns := range person {
			for _, column := range columns {
				if slices.Contains(listed[table], column) {
					t.Errorf("%s.%s tells of a person, and is listed as if it did not", table, column)
				}
			}
			listed[table] = append(listed[table], columns...)
		}
		for table, columns := range schema {
			for _, column := range columns {
				if !slices.Contains(listed[table], column) {
					t.Errorf("%s.%s is new: is it erased with a number, and told to who asks? Name it in store/personal.go or here", table, column)
				}
			}
		}
		for table, columns := range listed {
			for _, column := range columns {
				if schema[table] != nil && !slices.Contains(schema[table], column) {
					t.Errorf("%s.%s is listed and does not exist", table, column)
				}
			}
		}
	})
}

// knownFile is what WriteKnown writes.
type knownFile struct {
	Format, Number string
	Erased         map[string]any
	Held, Stays    map[string][]map[string]any
}

func knownOf(t *testing.T, st *store.Store, number string) (knownFile, string) {
	t.Helper()
	var b bytes.Buffer
	if err := st.WriteKnown(t.Context(), &b, number, phone.Spellings(number, phone.Region(number))); err != nil {
		t.Fatal(err)
	}
	var k knownFile
	if err := json.Unmarshal(b.Bytes(), &k); err != nil {
		t.Fatalf("%v in %s", err, b.String())
	}
	return k, b.String()
}

// furnishPlaces writes something of the number into every column that tells of
// a person, and gives the marks by which they are found again.
func furnishPlaces(t *testing.T, st *store.Store, db *storetest.DB, number, call, mark string) (marks []string) {
	t.Helper()
	add(t, st, delivery(call, mark+"-body", db.Clock.Now()))
	other := fmt.Sprintf(`{"event":"contact.updated","data":{"phone_numbers":[{"value":%q}],"note":"%s-other"}}`, phone.International(number), mark)
	add(t, st, store.Delivery{Hash: sha256.Sum256([]byte(other)), Event: "contact.updated", Body: []byte(other), EventAt: db.Clock.Now(), ReceivedAt: db.Clock.Now()})
	e, err := st.EntryOf(t.Context(), callflow.KindCall, call)
	if err != nil {
		t.Fatal(err)
	}
	doc := func(column string) string { return fmt.Sprintf(`{"v":"%s-%s"}`, mark, column) }
	db.Exec(fmt.Sprintf(`UPDATE entries SET due_at = NULL, task_id = '00T%[1]s', outcome = 'logged', external = '%[2]s', detail = '%[3]s', choice = '%[4]s-choice', who_id = '%[4]s-who', what_id = '%[4]s-what',
		record_kind = '%[4]s-kind', record_id = '%[4]s-id', record_name = '%[4]s-name', record = '%[5]s', created = '["%[4]s-created"]', wrote = '%[6]s', cause = '%[4]s-cause' WHERE id = %[7]d`,
		call, number, doc("detail"), mark, doc("record"), doc("wrote"), e.ID))
	for _, statement := range []string{
		fmt.Sprintf(`INSERT INTO terms (term, entry_id) VALUES ('d:%s', %d), ('w:%s-term', %d)`, number[1:], e.ID, mark, e.ID),
		fmt.Sprintf(`INSERT INTO tries (entry_id, n, cause, at, micros, rules_version, outcome, reason, detail, steps, exchanges) VALUES (%d, 1, 'event', 5, 6, 1, 'failed', 'refused', '%s', '[%s]', '[%s]')`,
			e.ID, doc("detail"), doc("steps"), doc("exchanges")),
		fmt.Sprintf(`INSERT INTO replays (id, cause, reason, detail, rules, asked_by, asked_at, state, total, kind, query) VALUES (%d, '', '', '%s', 'now', 'ada@example.com', 1, 'done', 1, 'filter', '/activity?q=%s&%s-query')`,
			e.ID, doc("detail"), number[1:], mark),
		fmt.Sprintf(`INSERT INTO replay_items (replay_id, n, entry_id, state, outcome_before, reason_before, task_before, detail_before, cause_before) VALUES (%d, 1, %d, 'done', 'failed', '', '', '%s', '%s-before')`,
			e.ID, e.ID, doc("detail_before"), mark),
		fmt.Sprintf(`INSERT INTO numbers (e164, created, created_at, choice, chosen_by, chosen_at) VALUES ('%s', '%s', 1, '%s', 'ada@example.com', 2)`, number, doc("made"), doc("chosen")),
		fmt.Sprintf(`INSERT INTO saved_views (owner, name, query, saved_at) VALUES ('ada@example.com', '%[1]s-view', 'q=%[2]s&%[1]s-filter', 1)`, mark, strings.ReplaceAll(phone.National(number), " ", "+")),
	} {
		db.Exec(statement)
	}
	for _, m := range []string{"body", "other", "detail", "choice", "who", "what", "kind", "id", "name", "record", "created", "wrote", "cause", "term", "steps", "exchanges", "query", "detail_before", "before", "made", "chosen", "view", "filter"} {
		marks = append(marks, mark+"-"+m)
	}
	return marks
}

// columnsWith are the columns of one table that hold one of the texts.
func columnsWith(ctx context.Context, raw *sql.DB, table string, columns int, texts []string) (found []string, err error) {
	rows, err := raw.QueryContext(ctx, "SELECT * FROM "+table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	values, into := make([]any, columns), make([]any, columns)
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		for i, v := range values {
			if slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(fmt.Sprintf("%s", v), text) }) {
				found = append(found, table+"."+names[i])
			}
		}
	}
	return found, rows.Err()
}

// cellsWith are the columns of the whole database that hold one of the texts.
func cellsWith(t *testing.T, db *storetest.DB, texts ...string) (found []string) {
	t.Helper()
	raw := db.Raw()
	for table, columns := range schemaOf(t, db) {
		in, err := columnsWith(t.Context(), raw, table, len(columns), texts)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, in...)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func TestWhatIsKnownOfANumberIsWhatErasingTakesOut(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		const number, other = "+33199001234", "+33199001235"
		marks := furnishPlaces(t, st, db, number, "1", "mine")
		theirs := furnishPlaces(t, st, db, other, "2", "theirs")
		if err := st.AddAudit(t.Context(), store.AuditRow{Who: "ada@example.com", What: store.AuditExported, Object: "/activity.csv?q=%2B33+1+99+00+12+34"}); err != nil {
			t.Fatal(err)
		}
		person, _ := store.PersonalColumns()
		before := cellsWith(t, db, append(marks, number[1:])...)
		for table, columns := range person { // else the test proves nothing of that column
			for _, column := range columns {
				if !slices.Contains(before, table+"."+column) {
					t.Errorf("%s.%s holds nothing of the number before it is erased", table, column)
				}
			}
		}
		k, text := knownOf(t, st, number)
		for _, m := range marks {
			if !strings.Contains(text, m+`"`) {
				t.Errorf("what is known lacks %s", m)
			}
		}
		for _, m := range append(theirs, other, other[1:]) {
			if strings.Contains(text, m) {
				t.Errorf("what is known of one number holds %s of another", m)
			}
		}
		if k.Number != number || k.Erased != nil || len(k.Held["entries"]) != 1 || len(k.Held["numbers"]) != 1 || len(k.Held["saved_views"]) != 1 || len(k.Stays["audit"]) != 1 {
			t.Errorf("got %s", text)
		}
		for _, p := range []string{number, other} {
			if err := st.AddErasure(t.Context(), p, "ada@example.com"); err != nil {
				t.Fatal(err)
			}
			if p == number {
				if err := st.EraseNumber(t.Context(), p, phone.Spellings(p, "FR")); err != nil {
					t.Fatal(err)
				}
			}
		}
		if cells := cellsWith(t, db, append(marks, number[1:])...); len(cells) > 0 {
			t.Errorf("after erasing these still hold something of it: %v", cells)
		}
		k, text = knownOf(t, st, number)
		for part, rows := range k.Held {
			if len(rows) > 0 {
				t.Errorf("after erasing %s holds %v", part, rows)
			}
		}
		if k.Erased == nil || k.Erased["asked_by"] != "ada@example.com" || len(k.Stays["audit"]) != 1 {
			t.Errorf("after erasing: %s", text)
		}
		if _, text := knownOf(t, st, other); !strings.Contains(text, "theirs-name") || !strings.Contains(text, "theirs-view") {
			t.Errorf("another number lost what is known of it: %s", text)
		}
	})
}

func TestWhatIsKnownOfManyCallsIsWrittenAsItIsRead(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		const calls = 120 // more than are asked for at once
		for n := range calls {
			add(t, st, delivery(fmt.Sprint(n+1), strings.Repeat("x", 20_000), db.Clock.Now()))
		}
		db.Exec("INSERT INTO terms (term, entry_id) SELECT 'd:33199001234', id FROM entries")
		largest := 0
		w := writerFunc(func(p []byte) (int, error) { largest = max(largest, len(p)); return len(p), nil })
		if err := st.WriteKnown(t.Context(), w, "+33199001234", []string{"33199001234"}); err != nil {
			t.Fatal(err)
		}
		if largest > 30_000 {
			t.Errorf("%d bytes were written at once; one body has 20,000", largest)
		}
		if k, _ := knownOf(t, st, "+33199001234"); len(k.Held["deliveries"]) != calls || len(k.Held["entries"]) != calls {
			t.Errorf("%d events of %d entries, want %d of both", len(k.Held["deliveries"]), len(k.Held["entries"]), calls)
		}
	})
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
