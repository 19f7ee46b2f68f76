// Package callflow decides what happens with a call or a message: whether a
// Salesforce Task is written, on which record, for whom and with what in it.
// It is pure: no clock, no database, no HTTP, only the standard library, so a
// decision can be made again at any time from the same facts.
//
// The words of this package, one for each thing:
//
//   - Call: one conversation, or one message (its Kind tells), folded from all
//     the events the phone system sent about it. An event is a delivery and
//     never called a call.
//   - Line: an Aircall number the company owns.
//   - External number: the outside party's number.
//   - Agent: the Aircall user who talked.
//   - Call type: outbound_answered, missed and so on; messages have two.
//   - Flow: what the settings say about one call type.
//   - Record: the Salesforce Contact, Lead, Account or Person Account that the
//     external number belongs to. A Candidate is a record that may be it.
//   - Task plan: the fields of the Task to write.
//   - Step: one decision with its result and the facts its sentence needs. The
//     steps of a call are its trace.
//   - Outcome: logged, skipped, needs_choice, waiting or failed.
//   - Reason: the code that says why the outcome is what it is.
package callflow
