package views

import "context"

// FlashText is the answer to something done: saved, unchanged, replaying,
// choice_saved, app_saved, salesforce_connected, salesforce_disconnected,
// aircall_connected, aircall_disconnected, token_saved, test_saved, signed_out,
// checked.
func FlashText(ctx context.Context, code string, args ...any) string {
	return T(ctx, "flash."+code, args...)
}

// FlashOf is the answer of a code. What can be taken back leads to where.
func FlashOf(ctx context.Context, kind, code string) *Flash {
	f := &Flash{Kind: kind, Text: FlashText(ctx, code)}
	switch code {
	case "saved", "restored", "rules_reviewed":
		f.Link, f.LinkText = "/rules/history", T(ctx, "toast.versions")
	case "resolved", "picked_resolved":
		f.Link, f.LinkText = "/activity?outcome=failed&resolved=yes", T(ctx, "toast.resolved")
	}
	return f
}

// BannerOf is a banner by its code: salesforce_reconnect, salesforce_off,
// salesforce_down, salesforce_refusing, api_limit, aircall_off, aircall_problem. held is how many
// calls wait because of it.
func BannerOf(ctx context.Context, code string, held int) Banner {
	b := Banner{Kind: "warn", Title: T(ctx, "banner."+code+".title"), Text: T(ctx, "banner."+code+".text", "count", held)}
	switch code {
	case "salesforce_reconnect":
		b.Kind = "bad"
		b.Action, b.URL = T(ctx, "mend.connection"), "/connections/salesforce"
	case "salesforce_off":
		b.Action, b.URL = T(ctx, "mend.connection"), "/connections/salesforce"
	case "aircall_off", "aircall_problem":
		b.Action, b.URL = T(ctx, "banner.to_aircall"), "/connections/aircall"
	}
	return b
}
