package worker

import "ringledger/integration/callflow"

// Surround gives the worker another calendar of holidays.
func (w *Worker) Surround(h callflow.HolidayFunc) { w.surround.holiday = h }
