package store

import "slices"

// AuditCode is what somebody did, as the audit log keeps it. Pages have the
// words; a code that was written once is never given another meaning.
type AuditCode string

// Everything that is written into the audit log.
const (
	AuditSignIn       AuditCode = "sign_in"
	AuditSignInFailed AuditCode = "sign_in_failed" // by nobody known; the object is the address typed
	AuditSignOut      AuditCode = "sign_out"

	AuditCodeRefused     AuditCode = "sign_in_code_refused" // a wrong code after the right password
	AuditRecoveryUsed    AuditCode = "recovery_code_used"
	AuditPasswordRefused AuditCode = "password_refused" // a wrong one, by somebody signed in
	AuditSessionEnded    AuditCode = "session_ended"
	AuditSessionsEnded   AuditCode = "sessions_ended"               // all of a person but the one they use
	AuditSignedOut       AuditCode = "person_signed_out"            // of one browser, by somebody else
	AuditSignedOutAll    AuditCode = "person_signed_out_everywhere" // by somebody else
	AuditTwoStepOn       AuditCode = "two_step_on"
	AuditTwoStepOff      AuditCode = "two_step_off"
	AuditTwoStepRequired AuditCode = "two_step_required"
	AuditRecoveryRenewed AuditCode = "recovery_codes_renewed"

	AuditSetup           AuditCode = "setup" // the first admin
	AuditUserCreated     AuditCode = "user_created"
	AuditPasswordChanged AuditCode = "user_password_changed"
	AuditUserRemoved     AuditCode = "user_removed"

	AuditInvited             AuditCode = "user_invited"
	AuditInvitationRenewed   AuditCode = "invitation_renewed"
	AuditInvitationWithdrawn AuditCode = "invitation_withdrawn"
	AuditJoined              AuditCode = "user_joined"
	AuditUserChanged         AuditCode = "user_changed"
	AuditUserDeactivated     AuditCode = "user_deactivated"
	AuditUserReactivated     AuditCode = "user_reactivated"
	AuditResetOpened         AuditCode = "password_reset_opened" // the link was made
	AuditPasswordReset       AuditCode = "password_reset"        // with the link

	AuditKeyCreated AuditCode = "api_key_created"
	AuditKeyRevoked AuditCode = "api_key_revoked"

	AuditSecretKeyChanged AuditCode = "secret_key_changed"
	AuditDataKeyRenewed   AuditCode = "data_key_renewed"
	AuditDataKeysDropped  AuditCode = "data_keys_dropped"

	AuditRulesSaved      AuditCode = "rules_saved"
	AuditChoiceForgotten AuditCode = "choice_forgotten"

	AuditReplayed      AuditCode = "replayed"
	AuditRecordChosen  AuditCode = "record_chosen"
	AuditReplayedAll   AuditCode = "replayed_all"
	AuditReplayStopped AuditCode = "replay_stopped"
	AuditResolved      AuditCode = "resolved"
	AuditUnresolved    AuditCode = "unresolved"
	AuditExported      AuditCode = "exported"
	AuditAuditExported AuditCode = "audit_exported"
	AuditViewSaved     AuditCode = "view_saved"
	AuditViewDeleted   AuditCode = "view_deleted"

	AuditSalesforceApp          AuditCode = "salesforce_app_saved"
	AuditSalesforceConnected    AuditCode = "salesforce_connected"
	AuditSalesforceDisconnected AuditCode = "salesforce_disconnected"
	AuditAircallConnected       AuditCode = "aircall_connected"
	AuditAircallToken           AuditCode = "aircall_token_saved"
	AuditAircallDisconnected    AuditCode = "aircall_disconnected"
	AuditBackfillAsked          AuditCode = "aircall_backfill_asked"
	AuditBackfillStopped        AuditCode = "aircall_backfill_stopped"
	AuditBackfilled             AuditCode = "aircall_backfilled"
	AuditWebhookMended          AuditCode = "aircall_webhook_mended"
	AuditReconciliation         AuditCode = "reconciliation_asked"

	AuditKeptChanged AuditCode = "retention_changed"
	AuditRemovedOld  AuditCode = "old_removed"
	AuditErased      AuditCode = "number_erased"
	AuditKnownTaken  AuditCode = "number_exported"
	AuditAllowed     AuditCode = "number_allowed"

	AuditAlertsChanged       AuditCode = "alerts_changed"
	AuditAlertWebhookSaved   AuditCode = "alert_webhook_saved"
	AuditAlertSecretRenewed  AuditCode = "alert_secret_renewed"
	AuditAlertWebhookRemoved AuditCode = "alert_webhook_removed"
	AuditAlertTested         AuditCode = "alert_tested"
)

// AuditGroup is codes that somebody who looks for one of them may want
// together.
type AuditGroup struct {
	Name  string
	Codes []AuditCode
}

// AuditGroups lists every code once, in the order that pages offer them.
func AuditGroups() []AuditGroup {
	return []AuditGroup{
		{"access", []AuditCode{AuditSignIn, AuditSignInFailed, AuditCodeRefused, AuditRecoveryUsed, AuditSignOut, AuditPasswordRefused,
			AuditSessionEnded, AuditSessionsEnded, AuditSignedOut, AuditSignedOutAll, AuditTwoStepOn, AuditTwoStepOff, AuditTwoStepRequired, AuditRecoveryRenewed}},
		{"people", []AuditCode{AuditSetup, AuditUserCreated, AuditPasswordChanged, AuditUserRemoved,
			AuditInvited, AuditInvitationRenewed, AuditInvitationWithdrawn, AuditJoined, AuditUserChanged, AuditUserDeactivated, AuditUserReactivated,
			AuditResetOpened, AuditPasswordReset}},
		{"keys", []AuditCode{AuditKeyCreated, AuditKeyRevoked}},
		{"secrets", []AuditCode{AuditSecretKeyChanged, AuditDataKeyRenewed, AuditDataKeysDropped}},
		{"rules", []AuditCode{AuditRulesSaved, AuditChoiceForgotten}},
		{"entries", []AuditCode{AuditReplayed, AuditReplayedAll, AuditReplayStopped, AuditResolved, AuditUnresolved, AuditRecordChosen, AuditExported, AuditAuditExported, AuditViewSaved, AuditViewDeleted}},
		{"connections", []AuditCode{AuditSalesforceApp, AuditSalesforceConnected, AuditSalesforceDisconnected, AuditAircallConnected, AuditAircallToken,
			AuditAircallDisconnected, AuditBackfillAsked, AuditBackfillStopped, AuditBackfilled, AuditWebhookMended, AuditReconciliation}},
		{"privacy", []AuditCode{AuditKeptChanged, AuditRemovedOld, AuditErased, AuditAllowed, AuditKnownTaken}},
		{"alerts", []AuditCode{AuditAlertsChanged, AuditAlertWebhookSaved, AuditAlertSecretRenewed, AuditAlertWebhookRemoved, AuditAlertTested}},
	}
}

// AuditCodes lists every code there is.
func AuditCodes() []AuditCode {
	var all []AuditCode
	for _, g := range AuditGroups() {
		all = append(all, g.Codes...)
	}
	return all
}

// Known reports whether the code is one of the catalogue.
func (c AuditCode) Known() bool { return slices.Contains(AuditCodes(), c) }
