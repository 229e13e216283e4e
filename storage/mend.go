package storage

import (
	"context"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"
)

// errDerived says that facts and state are whole.
var errDerived = errors.New("only what follows from the record is damaged")

// mendable opens a file of which only that is damaged which can be made anew,
// for reading the rest.
func mendable(path string) (*bbolt.DB, error) {
	db, err := openFacts(path)
	if err != nil {
		return nil, err
	}
	var schema int
	err = db.View(func(tx *bbolt.Tx) (err error) {
		schema, err = schemaOf(tx)
		return err
	})
	if err == nil && schema != schemaVersion {
		err = fmt.Errorf("%w: schema %d", ErrDamaged, schema)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// mended makes anew what follows from a record, in a new file that is renamed
// into place: a crash leaves the damaged one, or a whole one. The chain must be
// unbroken.
func mended(path string, o Options) (*bbolt.DB, error) {
	old, err := mendable(path)
	if err != nil {
		return nil, err
	}
	err = replaceFile(path, func(tmp string) error {
		return refill(old, tmp, putSealed, func(tx *bbolt.Tx) error {
			_, err := verifyChain(context.Background(), tx)
			return err
		})
	})
	if err = errors.Join(err, old.Close()); err != nil {
		return nil, fmt.Errorf("making anew what follows from %s: %w; it is as it was", path, err)
	}
	o.note("what follows from the record was damaged and was made anew; the record itself is as it was")
	return openGuarded(path)
}
