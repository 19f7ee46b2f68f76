package worker_test

import (
	"strings"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
)

// say delivers a later event of the call; data are the members it has besides
// the call's id.
func (s *site) say(call, event, data string) {
	s.t.Helper()
	s.eventAt++
	at := itoa(time.Now().Add(time.Duration(s.eventAt) * time.Second).Unix())
	body := `{"resource":"call","event":"` + event + `","timestamp":` + at + `,"token":"t","data":{"id":` + call + data + `}}`
	if err := s.deliver([]byte(body)); err != nil {
		s.t.Fatal(err)
	}
}

// steps are the steps of all tries of the call, as code/result.
func (s *site) steps(call string) []callflow.Step {
	s.t.Helper()
	tries, err := s.store.TriesOf(s.t.Context(), s.entry(call).ID)
	if err != nil {
		s.t.Fatal(err)
	}
	var all []callflow.Step
	for _, t := range tries {
		all = append(all, t.Steps...)
	}
	return all
}

// says checks that the trace of the call has the step, and returns it.
func (s *site) says(call, step string) callflow.Step {
	s.t.Helper()
	var seen []string
	for _, one := range s.steps(call) {
		if one.Code+"/"+one.Result == step {
			return one
		}
		seen = append(seen, one.Code+"/"+one.Result)
	}
	s.t.Errorf("the trace does not say %s: %s", step, strings.Join(seen, " "))
	return callflow.Step{}
}

// logged works until the call is logged and returns its one Task.
func (s *site) logged(call string) map[string]any {
	s.t.Helper()
	s.until(call, func(e store.Entry) bool { return e.Outcome == callflow.Logged })
	return s.task(call)
}

// count checks how many records of an object the org has.
func (s *site) count(object string, want int) {
	s.t.Helper()
	if n := s.org.Count(object); n != want {
		s.t.Errorf("there are %d of %s, want %d", n, object, want)
	}
}

// writes counts the requests that wrote the call's Task.
func (s *site) writes(call string) int {
	s.t.Helper()
	tries, err := s.store.TriesOf(s.t.Context(), s.entry(call).ID)
	if err != nil {
		s.t.Fatal(err)
	}
	n := 0
	for _, t := range tries {
		for _, x := range t.Exchanges {
			if x.Purpose == "write_tasks" {
				n++
			}
		}
	}
	return n
}

func (s *site) change(id any, fields map[string]any) {
	s.t.Helper()
	if err := s.org.Update(id.(string), fields); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) remove(id string) {
	s.t.Helper()
	if err := s.org.Delete(id); err != nil {
		s.t.Fatal(err)
	}
}
