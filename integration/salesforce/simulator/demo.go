package simulator

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Person is somebody in the demo data who can be called.
type Person struct {
	Name   string
	Number string // E.164
	Object string // Contact, Lead, Account or Person Account
}

// SeedDemo fills an org with invented people: contacts, leads, accounts, cases,
// opportunities and users. The same call gives the same people every time.
func SeedDemo(o *Org) {
	d := demo{org: o}
	d.fields()
	d.users()
	d.accounts()
	d.contacts()
	d.leads()
	d.persons()
	d.work()
	o.mu.Lock()
	o.sample = true
	o.mu.Unlock()
}

// DemoPeople lists whom SeedDemo makes, with one number each that leads to
// them. Person accounts are at the end, since not every org has them.
func DemoPeople() []Person {
	var out []Person
	for i, n := range contactNames {
		out = append(out, Person{n, demoNumber(i), "Contact"})
	}
	for i, n := range leadNames {
		out = append(out, Person{n, demoNumber(leadStart + i), "Lead"})
	}
	for i, n := range companyNames {
		out = append(out, Person{n, demoNumber(companyStart + i), "Account"})
	}
	for i, n := range personNames {
		out = append(out, Person{n, demoNumber(personStart + i), "Person Account"})
	}
	return out
}

// DemoStrangers lists numbers that nobody in the demo data has.
func DemoStrangers() []string {
	var out []string
	for i := range 30 {
		out = append(out, demoNumber(strangerStart+i))
	}
	return out
}

// Where each kind of person starts in the numbering.
const (
	leadStart     = 100
	companyStart  = 200
	personStart   = 260
	strangerStart = 300
	sharedWith    = 30 // contact 30 has the number of contact 3
	leadOfContact = 7  // lead 0 has the number of contact 7

	withSwitchboard = 6 // so many companies whose people also have the company's number
)

// demoNumber spreads people over the number ranges that regulators keep free:
// +33 1 99 00 xx xx, +44 1632 960xxx and +1 202 555 01xx.
func demoNumber(i int) string {
	switch {
	case i == sharedWith:
		return demoNumber(3)
	case i == leadStart:
		return demoNumber(leadOfContact)
	case i%5 == 4 && i < strangerStart && i/5 < 100:
		return fmt.Sprintf("+12025550%d", 100+i/5)
	case i%5 == 2:
		return fmt.Sprintf("+441632960%03d", i)
	}
	return fmt.Sprintf("+3319900%04d", 1000+i*7)
}

// written puts a number the way people type it into a CRM.
func written(e164 string, i int) string {
	switch {
	case strings.HasPrefix(e164, "+33"):
		n := "0" + e164[3:]
		pairs := []string{n[0:2], n[2:4], n[4:6], n[6:8], n[8:10]}
		return []string{e164, strings.Join(pairs, " "), strings.Join(pairs, "."), "0033" + e164[3:], "+33 1 " + strings.Join(pairs[1:], " ")}[i%5]
	case strings.HasPrefix(e164, "+44"):
		return []string{e164, "0" + e164[3:7] + " " + e164[7:], "+44 " + e164[3:7] + " " + e164[7:10] + " " + e164[10:], "0044" + e164[3:]}[i%4]
	}
	a, b, c := e164[2:5], e164[5:8], e164[8:]
	return []string{e164, "(" + a + ") " + b + "-" + c, a + "." + b + "." + c, "1-" + a + "-" + b + "-" + c}[i%4]
}

type demo struct {
	org        *Org
	owners     []string
	accountIDs []string
	contactIDs []string
}

// past gives moments spread over the last months, the same for the same n.
func (d *demo) past(n int) time.Time {
	return d.org.now().Add(-time.Duration(n%90+1) * 26 * time.Hour)
}

// fields are those that the company made for its Tasks itself.
func (d *demo) fields() {
	o := d.org
	o.mu.Lock()
	defer o.mu.Unlock()
	o.objects["task"].add(text("Line_Name__c", 60, customField, labelled("Line name")))
	o.objects["task"].add(decimal("Talk_Seconds__c", customField, labelled("Talk seconds")))
	o.objects["task"].add(picklist("Call_Reason__c", []string{"Sales", "Support", "Billing"}, restricted, customField, labelled("Call reason")))
	o.shaped = o.stamp()
}

func (d *demo) users() {
	for i, u := range [][3]string{
		{"Camille", "Roy", "camille.roy"}, {"Hugo", "Petit", "hugo.petit"}, {"Priya", "Shah", "priya.shah"},
		{"Dan", "Cole", "dan.cole"}, {"Lena", "Vogt", "lena.vogt"},
	} {
		active := u[0] != "Lena" // she left: the owner falls back
		id := d.org.Add("User", map[string]any{
			"FirstName": u[0], "LastName": u[1], "Email": u[2] + "@example.com", "Username": u[2] + "@example.com.sim",
			"Alias": u[2][:5], "IsActive": active, "TimeZoneSidKey": "Europe/Paris", "LocaleSidKey": "fr_FR", "LanguageLocaleKey": "fr",
			"Title": []string{"Account Executive", "Sales Development", "Support", "Account Manager", "Support"}[i],
		})
		if active {
			d.owners = append(d.owners, id)
		}
	}
}

func (d *demo) owner(i int) string { return d.owners[i%len(d.owners)] }

func (d *demo) accounts() {
	cities := []string{"Lyon", "Nantes", "Leeds", "Bristol", "Washington", "Lille"}
	for i, n := range companyNames {
		d.accountIDs = append(d.accountIDs, d.org.Add("Account", map[string]any{
			"Name": n, "Phone": written(demoNumber(companyStart+i), i), "BillingCity": cities[i%len(cities)], "OwnerId": d.owner(i),
			"Industry": []string{"Construction", "Retail", "Healthcare", "Technology", "Education"}[i%5], "Type": "Customer - Direct",
			"Website": "https://" + slug(n) + ".example.com", "LastModifiedDate": d.past(i * 3),
		}))
	}
}

func (d *demo) contacts() {
	for i, n := range contactNames {
		first, last, _ := strings.Cut(n, " ")
		// The number that leads to the contact stands in one of three fields.
		main := []string{"Phone", "MobilePhone", "OtherPhone"}[i%3]
		fields := map[string]any{
			"FirstName": first, "LastName": last, "AccountId": d.accountIDs[i%len(d.accountIDs)], main: written(demoNumber(i), i),
			"Email": slug(first) + "." + slug(last) + "@example.org", "OwnerId": d.owner(i), "Title": titles[i%len(titles)], "LastModifiedDate": d.past(i),
		}
		if company := i % len(companyNames); main != "Phone" && company < withSwitchboard {
			fields["Phone"] = written(demoNumber(companyStart+company), i+1)
		}
		d.contactIDs = append(d.contactIDs, d.org.Add("Contact", fields))
	}
}

func (d *demo) leads() {
	for i, n := range leadNames {
		first, last, _ := strings.Cut(n, " ")
		main := []string{"Phone", "MobilePhone"}[i%2]
		d.org.Add("Lead", map[string]any{
			"FirstName": first, "LastName": last, "Company": prospects[i%len(prospects)], main: written(demoNumber(leadStart+i), i+2),
			"Email": slug(first) + "." + slug(last) + "@example.fr", "OwnerId": d.owner(i + 1), "Status": leadStatuses[i%2].Name,
			"LeadSource": leadSources[i%len(leadSources)], "LastModifiedDate": d.past(i * 2),
		})
	}
}

func (d *demo) persons() {
	d.org.mu.RLock()
	on := d.org.faults.persons
	d.org.mu.RUnlock()
	if !on {
		return
	}
	for i, n := range personNames {
		first, last, _ := strings.Cut(n, " ")
		d.org.Add("Account", map[string]any{
			"FirstName": first, "LastName": last, "PersonMobilePhone": written(demoNumber(personStart+i), i), "OwnerId": d.owner(i),
			"PersonEmail": slug(first) + "." + slug(last) + "@example.com", "LastModifiedDate": d.past(i),
		})
	}
}

// work adds what is going on: cases, opportunities and a few older tasks.
func (d *demo) work() {
	for i, subject := range caseSubjects {
		status := caseStatuses[i%4].Name
		d.org.Add("Case", map[string]any{
			"Subject": subject, "ContactId": d.contactIDs[i*2], "Status": status, "Origin": "Phone", "OwnerId": d.owner(i),
			"Priority": []string{"High", "Medium", "Low"}[i%3], "LastModifiedDate": d.past(i),
		})
	}
	stages := []string{"Qualification", "Proposal/Price Quote", "Negotiation/Review", "Closed Won"}
	for i, name := range dealNames {
		contact := d.contactIDs[i*3+1]
		account, _ := d.org.Record(contact)
		id := d.org.Add("Opportunity", map[string]any{
			"Name": name, "AccountId": account["AccountId"], "StageName": stages[i%4], "Amount": 4000 + i*1750,
			"CloseDate": d.org.now().AddDate(0, 0, 20+i*3).Format(time.DateOnly), "OwnerId": d.owner(i), "LastModifiedDate": d.past(i),
		})
		d.org.Add("OpportunityContactRole", map[string]any{"OpportunityId": id, "ContactId": contact, "IsPrimary": i%2 == 0, "Role": "Decision Maker"})
	}
	for i, subject := range []string{"Send the price list", "Prepare the renewal", "Ask for the signed quote", "Thank for the visit"} {
		d.org.Add("Task", map[string]any{
			"Subject": subject, "WhoId": d.contactIDs[i*5], "OwnerId": d.owner(i), "Status": englishTaskStatuses[(i%2)*2].Name,
			"ActivityDate": d.org.now().AddDate(0, 0, 2-i*3).Format(time.DateOnly), "Priority": "Normal", "CreatedDate": d.past(i * 4),
		})
	}
}

// slug makes a name fit for an address.
func slug(s string) string {
	plain := strings.NewReplacer("é", "e", "è", "e", "ê", "e", "ë", "e", "ç", "c", "ï", "i", "ô", "o", "ü", "u", "ö", "o", "á", "a", "ñ", "n", "í", "i", "ø", "o", "&", "and").Replace(lower(s))
	return strings.Join(slices.DeleteFunc(strings.FieldsFunc(plain, func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') }), func(p string) bool { return p == "" }), "-")
}
