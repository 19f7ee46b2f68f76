package web

import (
	"net/http"
	"slices"

	"ringledger/static"

	"github.com/labstack/echo/v4"
)

// Routes that other files name.
const (
	webhookRoute = "/webhooks/aircall/:secret"
	signInRoute  = "/signin"
	startRoute   = "/start"
	eventsRoute  = "/events"
	metricsRoute = "/metrics"
	staticRoute  = "/static/*"
)

// route is one URL: what it asks of its visitor, and who answers.
type route struct {
	method, path string
	need         need
	handler      echo.HandlerFunc
}

// routes lists every URL but the webhook's, grouped by who calls it. What is
// not here is closed.
func (s *Server) routes() []route {
	return slices.Concat(s.openRoutes(), s.viewerRoutes(), s.editorRoutes(), s.adminRoutes())
}

// The methods of the routes below.
const (
	get  = http.MethodGet
	post = http.MethodPost
	put  = http.MethodPut
)

// openRoutes are for monitoring, for browsers before anybody is signed in, and
// for other programs.
func (s *Server) openRoutes() []route {
	return []route{
		// Monitoring.
		{get, "/healthz", anyone, s.showHealth},
		{get, "/readyz", anyone, s.showReadiness},
		{get, metricsRoute, anyone, s.showMetrics}, // asks more itself

		// Browsers before anybody is signed in.
		{get, staticRoute, anyone, echo.WrapHandler(static.Handler())},
		{get, signInRoute, anyone, s.showSignIn},
		{post, signInRoute, anyone, s.signIn},
		{get, codeRoute, anyone, s.showSignInCode},
		{post, codeRoute, anyone, s.signInByCode},
		{post, "/signout", anyone, s.signOut},
		{get, "/setup/:token", anyone, s.showSetup},
		{post, "/setup/:token", anyone, s.finishSetup},
		{get, invitationRoute, anyone, s.showInvitation},
		{post, invitationRoute, anyone, s.acceptInvitation},
		{get, resetRoute, anyone, s.showReset},
		{post, resetRoute, anyone, s.finishReset},
		{post, "/language", anyone, s.changeLanguage},

		// Other programs.
		{get, "/api/v1/openapi.json", anyone, s.showOpenAPI},
		{get, "/api/v1/activity", viewer, s.listAPIEntries},
		{get, "/api/v1/activity/:id", viewer, s.showAPIEntry},
		{get, "/api/v1/settings", editor, s.showAPISettings},
		{put, "/api/v1/settings", editor, s.saveAPISettings},
	}
}

// viewerRoutes are for people who look.
func (s *Server) viewerRoutes() []route {
	return []route{
		{get, "/", viewer, s.showOverview},
		{get, startRoute, viewer, s.showStart},
		{get, sampleRoute, viewer, s.showSampleCalls},
		{get, activityRoute, viewer, s.listActivity},
		{get, "/activity.csv", viewer, s.exportActivity},
		{get, "/activity/:id", viewer, s.showEntry},
		{post, viewsRoute, viewer, s.createView},
		{get, viewsRoute + "/:id", viewer, s.editView},
		{post, viewsRoute + "/:id", viewer, s.saveView},
		{get, viewsRoute + "/:id/delete", viewer, s.confirmDeleteView},
		{post, viewsRoute + "/:id/delete", viewer, s.deleteView},
		{get, attentionRoute, viewer, s.showAttention},
		{get, reconciliationRoute, viewer, s.showReconciliation},
		{get, reconciliationRoute + ".csv", viewer, s.exportReconciliation},
		{get, replaysRoute, viewer, s.listReplays},
		{get, replaysRoute + "/:id", viewer, s.showReplay},
		{get, "/rules/flows", viewer, s.editFlows},
		{get, "/rules/hours", viewer, s.editHours},
		{get, "/rules/matching", viewer, s.editMatching},
		{get, taskRoute, viewer, s.editTask},
		{get, ownersRoute, viewer, s.editOwners},
		{get, "/rules/filters", viewer, s.editFilters},
		{get, "/rules/related", viewer, s.editRelated},
		{get, "/rules/test", viewer, s.testNumber},
		{get, historyRoute, viewer, s.listVersions},
		{get, "/rules/history/:version", viewer, s.showVersion},
		{get, salesforceRoute, viewer, s.showSalesforce},
		{get, aircallRoute, viewer, s.showAircall},
		{get, eventsRoute, viewer, s.streamChanges}, // pages that stay up to date

		// What a person has of their own.
		{get, accountRoute, viewer, s.showAccount},
		{post, accountRoute + "/password", viewer, s.changePassword},
		{post, sessionsRoute + "/end", viewer, s.endOtherSessions},
		{post, sessionsRoute + "/:id/end", viewer, s.endSession},
		{get, twoStepRoute, person, s.showTwoStep},
		{post, twoStepRoute, person, s.beginTwoStep},
		{post, twoStepRoute + "/confirm", person, s.confirmTwoStep},
		{get, twoStepRoute + "/off", viewer, s.askTwoStepOff},
		{post, twoStepRoute + "/off", viewer, s.turnTwoStepOff},
		{get, twoStepRoute + "/codes", viewer, s.askRecoveryCodes},
		{post, twoStepRoute + "/codes", viewer, s.renewRecoveryCodes},
	}
}

// editorRoutes are for people who decide how calls are logged.
func (s *Server) editorRoutes() []route {
	return []route{
		{get, "/activity/:id/dryrun", editor, s.dryRun},
		{post, "/activity/:id/replay", editor, s.replayEntry},
		{post, "/activity/:id/choose", editor, s.chooseRecord},
		{get, "/activity/replay", editor, s.leavePlan},
		{post, "/activity/replay", editor, s.planReplay},
		{get, "/activity/resolve", editor, s.leavePlan},
		{post, "/activity/resolve", editor, s.resolvePicked},
		{get, "/activity/unresolve", editor, s.leavePlan},
		{post, "/activity/unresolve", editor, s.unresolvePicked},
		{post, replaysRoute, editor, s.startReplay},
		{post, replaysRoute + "/:id/stop", editor, s.stopReplay},
		{post, reconciliationRoute, editor, s.startCheck},
		{get, attentionRoute + "/replay", editor, s.confirmReplayAll},
		{post, attentionRoute + "/replay", editor, s.startReplayAll},
		{post, attentionRoute + "/stop", editor, s.stopReplayAll},
		{get, attentionRoute + "/resolve", editor, s.confirmResolve},
		{post, attentionRoute + "/resolve", editor, s.resolve},
		{post, attentionRoute + "/unresolve", editor, s.unresolve},
		{post, reviewedRoute, editor, s.confirmRules},
		{post, "/rules/flows", editor, s.saveFlows},
		{post, "/rules/hours", editor, s.saveHours},
		{post, "/rules/matching", editor, s.saveMatching},
		{post, "/rules/matching/forget", editor, s.forgetChoice},
		{post, taskRoute, editor, s.saveTask},
		{post, taskRoute + "/preview", editor, s.previewTask},
		{post, ownersRoute, editor, s.saveOwners},
		{post, "/rules/filters", editor, s.saveFilters},
		{post, "/rules/related", editor, s.saveRelated},
		{get, importRoute, editor, s.showImport},
		{post, importRoute, editor, s.importRules},
		{get, "/rules/history/:version/settings.yaml", editor, s.downloadVersion},
		{get, "/rules/history/:version/restore", editor, s.confirmRestore},
		{post, "/rules/history/:version/restore", editor, s.restoreVersion},

		{get, backfillRoute, editor, s.planBackfill},
		{post, backfillRoute, editor, s.startBackfill},
		{post, backfillRoute + "/stop", editor, s.stopBackfill},
	}
}

// adminRoutes are for people who connect, and who look after the house.
func (s *Server) adminRoutes() []route {
	return []route{
		{post, salesforceRoute, admin, s.saveSalesforceApp},
		{post, "/connections/salesforce/connect", admin, s.connectSalesforce},
		{get, callbackRoute, admin, s.finishSalesforce},
		{post, "/connections/salesforce/check", admin, s.checkSalesforce},
		{post, "/connections/salesforce/disconnect", admin, s.disconnectSalesforce},
		{post, aircallRoute, admin, s.connectAircall},
		{post, "/connections/aircall/token", admin, s.saveAircallToken},
		{post, "/connections/aircall/check", admin, s.checkAircall},
		{post, "/connections/aircall/disconnect", admin, s.disconnectAircall},

		// People who look after the house.
		{get, auditRoute, admin, s.listAudit},
		{get, "/audit.csv", admin, s.exportAudit},
		{get, peopleRoute, admin, s.listPeople},
		{post, peopleRoute, admin, s.invite},
		{post, secondStepRoute, admin, s.saveSecondStep},
		{post, invitationsRoute + "/:id/renew", admin, s.renewInvitation},
		{post, invitationsRoute + "/:id/withdraw", admin, s.withdrawInvitation},
		{get, personRoute, admin, s.showPerson},
		{post, personRoute, admin, s.savePerson},
		{post, personRoute + "/reset", admin, s.openReset},
		{post, personRoute + "/sessions/end", admin, s.endPersonSessions},
		{post, personRoute + "/sessions/:session/end", admin, s.endPersonSession},
		{get, personRoute + "/two-step/off", admin, s.askPersonTwoStepOff},
		{post, personRoute + "/two-step/off", admin, s.turnPersonTwoStepOff},
		{get, personRoute + "/deactivate", admin, s.confirmDeactivate},
		{post, personRoute + "/deactivate", admin, s.deactivate},
		{post, personRoute + "/reactivate", admin, s.reactivate},
		{get, privacyRoute, admin, s.showPrivacy},
		{post, privacyRoute, admin, s.savePrivacy},
		{post, privacyRoute + "/erase", admin, s.eraseNumber},
		{post, privacyRoute + "/export", admin, s.exportNumber},
		{post, privacyRoute + "/allow", admin, s.allowNumber},
		{get, alertsRoute, admin, s.showAlerts},
		{post, alertsRoute, admin, s.saveAlerts},
		{post, alertsRoute + "/webhook", admin, s.saveAlertWebhook},
		{post, alertsRoute + "/webhook/secret", admin, s.renewAlertSecret},
		{post, alertsRoute + "/webhook/remove", admin, s.removeAlertWebhook},
		{post, alertsRoute + "/test/email", admin, s.testAlertMail},
		{post, alertsRoute + "/test/webhook", admin, s.testAlertWebhook},
		{get, keysRoute, admin, s.listKeys},
		{post, keysRoute, admin, s.createKey},
		{get, "/keys/:id/revoke", admin, s.confirmRevokeKey},
		{post, "/keys/:id/revoke", admin, s.revokeKey},
	}
}

// register adds the routes. The webhook stands alone: it is the hot path, and
// nothing of the pages' middleware runs before it.
func (s *Server) register() {
	s.echo.Any(webhookRoute, s.withRecover(s.receiveWebhook))
	s.access = map[string]need{}
	for _, r := range s.routes() {
		s.access[r.method+" "+r.path] = r.need
		s.echo.Add(r.method, r.path, r.handler)
		if r.method == http.MethodGet { // HEAD is GET whose body net/http drops
			s.access[http.MethodHead+" "+r.path] = r.need
			s.echo.HEAD(r.path, r.handler)
		}
	}
	s.echo.Use(s.exceptWebhook(s.withRequest, s.withHeaders, s.withRecover, s.withKey, s.withSession, s.withVisitor, s.withSameSite, s.withAccess, s.withLanguage))
}

// exceptWebhook puts the middleware, the first outermost, around all handlers
// but one.
func (s *Server) exceptWebhook(chain ...echo.MiddlewareFunc) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if c.Path() == webhookRoute {
				return next(c)
			}
			h := next // Echo asks for the chain anew each time, so only now
			for i := len(chain) - 1; i >= 0; i-- {
				h = chain[i](h)
			}
			return h(c)
		}
	}
}
