// Package arch holds the rules of the house that a compiler does not know: who
// may import whom, how long things may be, and which words stay out. It has
// tests only and knows nothing of what the program does.
package arch
