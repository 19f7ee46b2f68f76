package salesforce_test

import (
	"testing"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
	"ringledger/integration/salesforce/simulator"
)

func TestARecordIsFollowedToWhatItBecame(t *testing.T) {
	sim, client, _ := simulated(t, simulator.Options{PersonAccounts: true})
	contact := func(name string) string { return sim.Add("Contact", map[string]any{"LastName": name}) }
	lead := sim.Add("Lead", map[string]any{"LastName": "Hopper", "Company": "Navy"})
	became, err := sim.ConvertLead(lead)
	if err != nil {
		t.Fatal(err)
	}
	loser, winner, last, deleted := contact("Loser"), contact("Winner"), contact("Last"), contact("Gone")
	for _, err := range []error{sim.Merge(winner, loser), sim.Merge(last, winner), sim.Delete(deleted)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	person := sim.Add("Account", map[string]any{"LastName": "Curie", "RecordTypeId": ""})
	found, err := client.Follow(soon(t), []string{lead, loser, deleted, last, person, "00QAAAAAAAAAAAAAAA", "lead"}, true)
	if err != nil {
		t.Fatal(err)
	}
	for asked, want := range map[string]string{lead: became, loser: last, last: last, person: person} {
		if got := found[asked]; got.ID != want {
			t.Errorf("%s led to %+v, want %s", asked, got, want)
		}
	}
	if len(found) != 4 {
		t.Errorf("got %+v, want four records", found)
	}
	if c := found[loser]; c.Kind != callflow.ContactRecord || c.Name != "Last" {
		t.Errorf("the merged record is %+v", c)
	}
}

func TestAConvertedLeadWhoseContactIsGoneStaysALead(t *testing.T) {
	sim, client, _ := simulated(t, simulator.Options{})
	lead := sim.Add("Lead", map[string]any{"LastName": "Hopper", "Company": "Navy"})
	became, err := sim.ConvertLead(lead)
	if err != nil {
		t.Fatal(err)
	}
	if err := sim.Delete(became); err != nil {
		t.Fatal(err)
	}
	found, err := client.Follow(soon(t), []string{lead, became}, false)
	if err != nil || len(found) != 1 || !found[lead].Converted {
		t.Errorf("got %+v, %v", found, err)
	}
}

func TestAHiddenFieldDoesNotKeepARecordFromBeingFollowed(t *testing.T) {
	sim, client, _ := simulated(t, simulator.Options{})
	contact := sim.Add("Contact", map[string]any{"LastName": "Lovelace"})
	if err := sim.Fail(simulator.Fault{Kind: simulator.HideField, Object: "Contact", Field: "MasterRecordId"}); err != nil {
		t.Fatal(err)
	}
	found, err := client.Follow(soon(t), []string{contact}, false)
	if err != nil || found[contact].Name != "Lovelace" {
		t.Errorf("got %+v, %v", found, err)
	}
}

func TestAnArchivedTaskIsReadAndSaysSo(t *testing.T) {
	sim, client, _ := simulated(t, simulator.Options{})
	task := sim.Add("Task", map[string]any{"Subject": "Call", "Status": "Completed"})
	if err := sim.Update(task, map[string]any{"IsArchived": true}); err != nil {
		t.Fatal(err)
	}
	read, err := client.ReadTasks(soon(t), []string{task}, []string{"Subject"})
	if err != nil || read[task]["IsArchived"] != true {
		t.Errorf("got %+v, %v", read, err)
	}
	written, err := client.WriteTasks(soon(t), []salesforce.TaskWrite{{ID: task, Fields: map[string]any{"Subject": "Other"}}})
	if err != nil || written[0].Err == nil || written[0].Err.Code != "ENTITY_IS_ARCHIVED" || written[0].Err.Kind != salesforce.Refused {
		t.Errorf("got %+v, %v", written, err)
	}
}
