package main

import (
	"context"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
)

// interrupt has the simulated Aircall switch its webhook off while three calls
// come in. The worker mends that the way it does with the real one, so that the
// page shows an interruption that is over and the calls that were read again.
func (d *demo) interrupt(ctx context.Context) error {
	if err := d.account.Drain(ctx); err != nil {
		return err
	}
	for _, h := range d.account.Webhooks() {
		d.account.DisableWebhook(h.ID)
	}
	for n, kind := range []aircallsim.Kind{aircallsim.Missed, aircallsim.InboundAnswered, aircallsim.Voicemail} {
		at := time.Now().Add(time.Duration(n-16) * time.Minute)
		if _, err := d.account.PlaceCall(ctx, aircallsim.CallSpec{Kind: kind, At: at, Talk: time.Minute}); err != nil {
			return err
		}
	}
	return d.app.aircall.Check(ctx)
}
