// Package news holds the words that every room of the house shares: sources,
// entries, batches, rulings, items, stories, feeds, and the identities that
// name them. It holds values and pure functions only: no clock, no randomness,
// no I/O, and no import outside the standard library.
//
// What stands in a record's body is written once and hashed for ever
// (storage/RECORD.md). A field of such a type may be added, never given a new
// meaning.
package news
