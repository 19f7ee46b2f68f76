package web

import (
	"strings"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
)

// apiEntry is one call or message as the API tells it.
type apiEntry struct {
	ID             int64         `json:"id"`
	Provider       string        `json:"provider"`
	CallID         string        `json:"call_id"`
	Kind           string        `json:"kind"`
	Type           string        `json:"type"`
	Direction      string        `json:"direction"`
	Line           *apiNamed     `json:"line"`
	ExternalNumber string        `json:"external_number"`
	Agent          *apiNamed     `json:"agent"`
	StartedAt      string        `json:"started_at"`
	EndedAt        *string       `json:"ended_at"`
	ReceivedAt     string        `json:"received_at"`
	UpdatedAt      string        `json:"updated_at"`
	DueAt          *string       `json:"due_at"`
	Outcome        string        `json:"outcome"`
	Reason         string        `json:"reason"`
	Message        string        `json:"message"`
	RulesVersion   int           `json:"rules_version"`
	Salesforce     apiSalesforce `json:"salesforce"`
	Attempts       int           `json:"attempts"`
	Events         int           `json:"events"`
}

type apiNamed struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type apiSalesforce struct {
	TaskID     string   `json:"task_id"`
	TaskAt     *string  `json:"task_at"`
	WhoID      string   `json:"who_id"`
	WhatID     string   `json:"what_id"`
	OwnerID    string   `json:"owner_id"`
	RecordKind string   `json:"record_kind"`
	RecordName string   `json:"record_name"`
	Created    []string `json:"created"`
}

// apiDetail is an entry with what led to its outcome: the steps of its last
// try, and the requests of all tries.
type apiDetail struct {
	apiEntry
	Trace    []apiStep    `json:"trace"`
	Requests []apiRequest `json:"requests"`
}

type apiStep struct {
	Step    string  `json:"step"`
	Result  string  `json:"result"`
	Because string  `json:"because"`
	At      *string `json:"at"`
	MS      float64 `json:"ms"`
}

type apiRequest struct {
	Attempt int     `json:"attempt"`
	Purpose string  `json:"purpose"`
	Method  string  `json:"method"`
	Path    string  `json:"path"`
	Status  int     `json:"status"`
	At      *string `json:"at"`
	MS      float64 `json:"ms"`
}

func (s *Server) apiEntry(e store.Entry, m mask) apiEntry {
	created := e.Created
	if created == nil {
		created = []string{}
	}
	return apiEntry{
		ID: e.ID, Provider: "aircall", CallID: e.ObjectID, Kind: string(e.Kind), Type: string(e.CallType), Direction: string(e.Direction),
		Line: named(e.LineID, e.LineName), ExternalNumber: m.text(e.External), Agent: named(e.AgentID, e.AgentName),
		StartedAt: instant(e.StartedAt), EndedAt: moment(e.EndedAt), ReceivedAt: instant(e.FirstAt), UpdatedAt: instant(e.UpdatedAt), DueAt: moment(e.DueAt),
		Outcome: string(e.Outcome), Reason: string(e.Reason), Message: reasonWords("en", e, m), RulesVersion: e.RulesVersion,
		Salesforce: apiSalesforce{TaskID: e.TaskID, TaskAt: moment(e.TaskAt), WhoID: e.WhoID, WhatID: e.WhatID, OwnerID: e.OwnerID,
			RecordKind: string(e.Record.Kind), RecordName: standsOn(e, m), Created: created},
		Attempts: e.Tries, Events: e.Events,
	}
}

func (s *Server) apiDetail(e store.Entry, tries []store.Try, m mask) apiDetail {
	d := apiDetail{apiEntry: s.apiEntry(e, m), Trace: []apiStep{}, Requests: []apiRequest{}}
	for _, t := range tries {
		for _, x := range t.Exchanges {
			d.Requests = append(d.Requests, apiRequest{Attempt: t.N, Purpose: x.Purpose, Method: x.Method, Path: requestPath(x.Path, m),
				Status: x.Status, At: moment(x.At), MS: float64(x.Micros) / 1000})
		}
	}
	if len(tries) > 0 {
		for _, step := range tries[len(tries)-1].Steps {
			d.Trace = append(d.Trace, apiStepOf(step, m))
		}
	}
	return d
}

func apiStepOf(step callflow.Step, m mask) apiStep {
	var at time.Time
	if step.At != 0 {
		at = time.UnixMicro(step.At).UTC()
	}
	return apiStep{Step: step.Code, Result: step.Result, Because: becauseWords("en", step, m), At: moment(at), MS: float64(step.Micros) / 1000}
}

// requestPath hides a search's words from viewers: they hold the number.
func requestPath(path string, m mask) string {
	if before, _, found := strings.Cut(path, "?"); found && m.hides() {
		return before + "?…"
	}
	return path
}

func named(id, name string) *apiNamed {
	if id == "" && name == "" {
		return nil
	}
	return &apiNamed{id, name}
}

// moment is a time as the API writes it, nil for none.
func moment(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := instant(t)
	return &text
}

// instant is a time that every entry has.
func instant(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
