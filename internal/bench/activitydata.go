package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"ringledger/store"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// callers are the people who call; the first of them call most.
const callers = 10_000

// ledgerDays is the time that the calls are spread over.
const ledgerDays = 365

// fillLedger writes entries as the worker leaves them, with their terms, past
// the store: a year of a company's calls would take the worker an hour.
func fillLedger(file string, entries int, now time.Time) error {
	db, err := gorm.Open(sqlite.Open("file:"+file+"?_journal_mode=WAL&_synchronous=OFF&_txlock=immediate&_busy_timeout=5000&_cache_size=-200000"),
		&gorm.Config{SkipDefaultTransaction: true, Logger: logger.Discard})
	if err != nil {
		return err
	}
	pool, err := db.DB()
	if err != nil {
		return err
	}
	pool.SetMaxOpenConns(1)
	defer func() { _ = pool.Close() }() // every statement has ended
	var indexes []struct{ Name, SQL string }
	if err := db.Raw("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name IN ('entries', 'terms') AND sql <> ''").Scan(&indexes).Error; err != nil {
		return err
	}
	var statements []string
	for _, i := range indexes { // made again at the end, which is much faster
		statements = append(statements, "DROP INDEX "+i.Name)
	}
	statements = append(statements, "CREATE TEMP TABLE people (id INTEGER PRIMARY KEY, first, last, number, kind, record)")
	statements = append(statements, peopleSQL()...)
	statements = append(statements, directorySQL, entriesSQL(entries, now), termsSQL)
	for _, i := range indexes {
		statements = append(statements, i.SQL)
	}
	for _, statement := range append(statements, "DROP TABLE people") {
		if err := db.Exec(statement).Error; err != nil {
			return fmt.Errorf("%.60s: %w", statement, err)
		}
	}
	return nil
}

// peopleSQL makes invented people: every first name is one of forty, last
// names are put together from syllables, and one in fifty is called Martin.
func peopleSQL() []string {
	first := strings.Fields("Ada Bruno Camille Denis Elise Fabien Gaelle Hugo Ines Jules Karim Lena Marc Nadia Oscar Paul Quentin Rosa Samir Tom " +
		"Ursula Victor Wanda Xavier Yann Zoe Alma Boris Clara David Emma Felix Greta Henri Iris Jonas Katia Louis Mia Noe")
	syllables := strings.Fields("ba be bi bo bu da de di do du fa fe fi fo fu la le li lo lu ma me mi mo mu na ne ni no nu ra re ri ro ru sa se si so su")
	kinds := []string{"contact", "contact", "contact", "lead", "lead", "account", ""}
	var out []string
	var rows []string
	for n := range callers {
		last := "martin"
		if n%50 != 1 {
			last = syllables[n%40] + syllables[n/40%40] + syllables[n/1600%40] + "r"
		}
		kind := kinds[n*7919%len(kinds)]
		record := ""
		if kind != "" {
			record = fmt.Sprintf("003%012dAAA", n)
		}
		rows = append(rows, fmt.Sprintf("(%d,'%s','%s','+3319900%04d','%s','%s')", n, first[n*31%len(first)], last, n, kind, record))
		if len(rows) == 1000 || n == callers-1 {
			out = append(out, "INSERT INTO people VALUES "+strings.Join(rows, ","))
			rows = rows[:0]
		}
	}
	return out
}

// The company has 20 lines and 80 agents.
const directorySQL = `INSERT INTO lines (id, name, e164, country, time_zone)
	WITH RECURSIVE c (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < 19)
	SELECT 'L' || n, 'Office ' || n, '+4416329600' || printf('%02d', n), 'GB', 'Europe/London' FROM c`

// entriesSQL spreads the calls evenly to now. Of a thousand, 620 are logged,
// 366 skipped, 8 failed, 5 wait for a choice and one waits.
func entriesSQL(entries int, now time.Time) string {
	step := int64(ledgerDays) * 24 * int64(time.Hour/time.Microsecond) / int64(entries)
	from := now.UnixMicro() - step*int64(entries)
	wrote := `'{"Subject":"Call with ' || p.first || ' ' || p.last || '","Status":"Completed","Priority":"Normal","CallType":"Inbound","CallDurationInSeconds":'||(n%900)||',"Description":"` +
		strings.Repeat("Answered by an agent in the office. ", 8) + `","TaskSubtype":"Call","ActivityDate":"2026-11-20"}'`
	return fmt.Sprintf(`INSERT INTO entries (id, provider, kind, object_id, first_at, updated_at, call_type, direction, line_id, line_name, external, agent_id, agent_name,
		started_at, ended_at, outcome, reason, rules_version, task_id, task_at, who_id, record_kind, record_id, record_name, record, wrote, cause)
	WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < %[1]d),
	x AS (SELECT n, n * 2654435761 & 4294967295 AS a, n * 2246822519 & 4294967295 AS b, n * 3266489917 & 4294967295 AS d FROM c),
	h AS (SELECT n, (a >> 9) %% 1000 AS o, ((b >> 11) %% 100) * ((d >> 13) %% 100) AS who, (b >> 20) %% 20 AS line, (d >> 7) %% 80 AS agent FROM x)
	SELECT n, 'aircall', 'call', 2100000000 + n, %[2]d + n * %[3]d, %[2]d + n * %[3]d,
		CASE WHEN o < 400 THEN 'inbound_answered' WHEN o < 620 THEN 'outbound_answered' WHEN o < 800 THEN 'missed' WHEN o < 860 THEN 'voicemail' ELSE 'outbound_unanswered' END,
		CASE WHEN o < 400 OR o BETWEEN 620 AND 859 THEN 'inbound' ELSE 'outbound' END,
		'L' || line, 'Office ' || line, p.number, CASE WHEN o < 620 THEN 'A' || agent ELSE '' END, CASE WHEN o < 620 THEN 'Agent' || agent || ' Petit' ELSE '' END,
		%[2]d + n * %[3]d, %[2]d + n * %[3]d + 60000000,
		CASE WHEN o < 620 THEN 'logged' WHEN o < 986 THEN 'skipped' WHEN o < 994 THEN 'failed' WHEN o < 999 THEN 'needs_choice' ELSE CASE WHEN n > %[1]d - 3000 THEN 'waiting' ELSE 'skipped' END END,
		CASE WHEN o < 400 THEN 'completed_task' WHEN o < 620 THEN 'open_task' WHEN o < 800 THEN 'flow_do_nothing' WHEN o < 986 THEN 'no_match' WHEN o < 990 THEN 'refused'
			WHEN o < 994 THEN 'required_field' WHEN o < 999 THEN 'several_records' ELSE CASE WHEN n > %[1]d - 3000 THEN 'retrying' ELSE 'too_short' END END,
		1 + n / (%[1]d / 12 + 1), CASE WHEN o < 620 THEN printf('00T%%012dAAA', n) ELSE '' END, CASE WHEN o < 620 THEN %[2]d + n * %[3]d + 61000000 ELSE 0 END,
		CASE WHEN o < 620 THEN p.record ELSE '' END, CASE WHEN o < 620 THEN p.kind ELSE '' END, CASE WHEN o < 620 THEN p.record ELSE '' END,
		CASE WHEN o < 620 THEN p.first || ' ' || p.last ELSE '' END,
		CASE WHEN o < 620 AND p.record <> '' THEN '{"kind":"' || p.kind || '","id":"' || p.record || '","name":"' || p.first || ' ' || p.last || '"}' ELSE '' END,
		CASE WHEN o < 620 THEN %[4]s ELSE '' END,
		CASE WHEN o BETWEEN 986 AND 989 THEN 'reason-refused' WHEN o BETWEEN 990 AND 993 THEN 'reason-required_field' WHEN o BETWEEN 994 AND 998 THEN 'reason-several_records' ELSE '' END
	FROM h CROSS JOIN people p WHERE p.id = h.who`, entries, from, step, wrote)
}

// termsSQL writes what store.Terms gives for these names and numbers.
const termsSQL = `INSERT INTO terms (term, entry_id) SELECT term, id FROM (
	SELECT 'd:' || substr(number, 2) AS term, e.id FROM entries e JOIN people p ON p.number = e.external
	UNION ALL SELECT 'r:' || substr(number, 12, 1) || substr(number, 11, 1) || substr(number, 10, 1) || substr(number, 9, 1) || substr(number, 8, 1) || substr(number, 7, 1)
		|| substr(number, 6, 1) || substr(number, 5, 1) || substr(number, 4, 1) || substr(number, 3, 1) || substr(number, 2, 1), e.id FROM entries e JOIN people p ON p.number = e.external
	UNION ALL SELECT 'w:' || lower(first), e.id FROM entries e JOIN people p ON p.number = e.external
	UNION ALL SELECT 'w:' || last, e.id FROM entries e JOIN people p ON p.number = e.external
	UNION ALL SELECT 'w:petit', id FROM entries WHERE agent_id <> ''
	UNION ALL SELECT 'w:agent' || substr(agent_id, 2), id FROM entries WHERE agent_id <> ''
	UNION ALL SELECT 'i:' || who_id, id FROM entries WHERE who_id <> ''
) ORDER BY term, id`

// openLedger makes a ledger, unless the file holds one.
func openLedger(file string, entries int, open func() (*store.Store, error)) (*store.Store, error) {
	if _, err := os.Stat(file); err == nil {
		return open()
	}
	st, err := open() // makes the schema
	if err != nil {
		return nil, err
	}
	if err := st.Close(); err != nil {
		return nil, err
	}
	if err := fillLedger(file, entries, time.Now()); err != nil {
		return nil, err
	}
	return open()
}
