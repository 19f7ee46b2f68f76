package store

import "gorm.io/gorm"

// handOver keeps what an entry is before a replay changes it.
const handOver = `UPDATE replay_items SET state = 'flying', due_before = e.due_at, detail_before = e.detail, cause_before = e.cause, rules_before = e.rules_version,
	resolved_at_before = e.resolved_at, resolved_by_before = e.resolved_by, intent_before = e.intent_at, revision = e.revision + 1 FROM entries e
	WHERE replay_items.replay_id = ? AND replay_items.state = 'waiting' AND replay_items.entry_id IN ? AND e.id = replay_items.entry_id`

// takenBack finds what can be taken back: not what a worker has in hand, or has
// sent to Salesforce without an answer; nor what has changed meanwhile, which
// is due for a reason of its own.
const takenBack = `SELECT e.id FROM entries e JOIN replay_items i ON i.entry_id = e.id AND i.replay_id = e.replay_id
	WHERE i.replay_id = ? AND i.state = 'flying' AND e.replay <> '' AND e.lease_until <= ? AND e.intent_at = i.intent_before AND e.revision = i.revision`

// takeBack makes what a replay handed over, and no worker has in hand, what it
// was before: of a replay that is stopped. The fence ends the claim of a worker
// that is late.
func (s *Store) takeBack(tx *gorm.DB, replay int64) error {
	now, find := micros(s.now()), takenBack
	if s.postgres {
		find += " FOR UPDATE OF e SKIP LOCKED"
	}
	var ids []int64
	if err := tx.Raw(find, replay, now).Scan(&ids).Error; err != nil || len(ids) == 0 {
		return err
	}
	err := tx.Exec(`UPDATE entries SET due_at = i.due_before, replay = '', lease_until = 0, fence = fence + 1, outcome = i.outcome_before, reason = i.reason_before,
		detail = i.detail_before, cause = i.cause_before, rules_version = i.rules_before, resolved_at = i.resolved_at_before, resolved_by = i.resolved_by_before, updated_at = ?
		FROM replay_items i WHERE i.replay_id = ? AND entries.id = i.entry_id AND entries.id IN ?`, now, replay, ids).Error
	if err != nil {
		return err
	}
	return tx.Exec("UPDATE replay_items SET state = 'waiting' WHERE replay_id = ? AND state = 'flying' AND entry_id IN ?", replay, ids).Error
}
