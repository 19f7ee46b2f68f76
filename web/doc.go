// Package web is the door of Ringledger: it takes Aircall's webhooks, shows and
// steers everything in pages, and answers the JSON API. Here requests become
// questions to the store and the connections, and answers become view models.
//
// It knows Echo, sessions and forms. It refuses to know how a call is judged,
// how a page is drawn, and how anything is stored; and it starts no work of its
// own after an answer: that belongs to the worker.
package web
