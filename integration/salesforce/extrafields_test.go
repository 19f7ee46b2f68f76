package salesforce_test

import (
	"testing"

	"ringledger/integration/salesforce"
	"ringledger/integration/salesforce/simulator"
)

func TestANumberInACustomFieldIsFoundOnceTheFieldIsAdded(t *testing.T) {
	sim, client, _ := simulated(t, simulator.Options{})
	if err := sim.Fail(simulator.Fault{Kind: simulator.CustomField, Object: "Contact", Field: "Direct_Line__c", Type: "phone", Length: 40}); err != nil {
		t.Fatal(err)
	}
	id := sim.Add("Contact", map[string]any{"LastName": "Lovelace", "Direct_Line__c": "01 99 00 12 34"})
	number := salesforce.Wanted{E164: "+33199001234", Region: "FR"}
	found, err := client.Search(soon(t), []salesforce.Wanted{number}, salesforce.Searching{})
	if err != nil || len(found[number]) != 0 {
		t.Errorf("by standard fields alone: got %+v, %v, want nothing", found, err)
	}
	found, err = client.Search(soon(t), []salesforce.Wanted{number}, salesforce.Searching{ExtraFields: map[string][]string{"Contact": {"Direct_Line__c"}}})
	if err != nil || len(found[number]) != 1 || found[number][0].ID != id || found[number][0].Field != "Direct_Line__c" {
		t.Errorf("with the custom field: got %+v, %v", found, err)
	}
}
