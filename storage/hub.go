package storage

import (
	"bytes"
	"context"
	"iter"
	"time"

	"go.etcd.io/bbolt"

	"chinanews/news"
)

// Subscribe keeps a subscription in the place of the one of the same topic and
// callback, if there is one. A lease that is renewed keeps its From: what the
// callback is still to be told of is not forgotten.
func (s *Store) Subscribe(ctx context.Context, sub news.Subscription) error {
	return s.commitShared(ctx, func(tx *bbolt.Tx, at time.Time, c *cells) error {
		sub := sub // as it came: it may be done again
		hub, err := tx.CreateBucketIfNotExists(bucketHub)
		if err != nil {
			return err
		}
		key := subscriptionKey(sub.Topic, sub.Callback)
		if before, ok := get[news.Subscription](hub, key); ok && before.Until.After(at) {
			sub.From = before.From
		}
		c.put(bucketHub, key, sub)
		return putJSON(hub, key, sub)
	})
}

// Unsubscribe ends a subscription, if there is one.
func (s *Store) Unsubscribe(ctx context.Context, t news.Topic, callback string) error {
	return s.commitShared(ctx, func(tx *bbolt.Tx, _ time.Time, c *cells) error {
		hub := tx.Bucket(bucketHub)
		if hub == nil {
			return nil
		}
		key := subscriptionKey(t, callback)
		c.drop(bucketHub, key)
		return hub.Delete(key)
	})
}

// unheard is how long what another node has renewed may be on its way here.
const unheard = time.Minute

// Expire takes away the subscriptions whose leases are over, and those to
// topics that are there no more, and says how many. It writes nothing when
// there are none. Where nodes share them, a lease has been over for a minute
// then: another may have renewed it at the last moment.
func (s *Store) Expire(ctx context.Context, there func(news.Topic) bool) (n int, err error) {
	var keys [][]byte
	grace := time.Duration(0)
	if s.share != nil {
		grace = unheard
	}
	over := func(l *Ledger) error {
		keys = nil
		for key, sub := range l.subscriptions() {
			if !sub.Until.Add(grace).After(l.at) || !there(sub.Topic) {
				keys = append(keys, bytes.Clone(key))
			}
		}
		return nil
	}
	if err := s.View(ctx, over); err != nil || len(keys) == 0 {
		return 0, err
	}
	err = s.commitShared(ctx, func(tx *bbolt.Tx, at time.Time, c *cells) error {
		over(&Ledger{tx: tx, at: at})
		for _, key := range keys {
			c.drop(bucketHub, key)
			if err := tx.Bucket(bucketHub).Delete(key); err != nil {
				return err
			}
		}
		n = len(keys)
		return nil
	})
	return n, err
}

// Subscriptions yields the subscriptions whose leases run, topic by topic.
func (l *Ledger) Subscriptions() iter.Seq[news.Subscription] {
	return func(yield func(news.Subscription) bool) {
		for _, sub := range l.subscriptions() {
			if sub.Until.After(l.at) && !yield(sub) {
				return
			}
		}
	}
}

// Subscription is a callback's to a topic, while its lease runs.
func (l *Ledger) Subscription(t news.Topic, callback string) (sub news.Subscription, ok bool) {
	hub := l.tx.Bucket(bucketHub)
	if hub == nil {
		return sub, false
	}
	sub, ok = get[news.Subscription](hub, subscriptionKey(t, callback))
	return sub, ok && sub.Until.After(l.at)
}

// CallbacksAt are those of a host that are subscribed to a topic, also when a
// lease ended and the subscription was not taken away yet.
func (l *Ledger) CallbacksAt(t news.Topic, host string) (callbacks []string) {
	hub := l.tx.Bucket(bucketHub)
	if hub == nil {
		return nil
	}
	c := hub.Cursor()
	prefix := joined(string(t.Feed), t.Format, host, "")
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		callbacks = append(callbacks, string(k[len(prefix):]))
	}
	return callbacks
}

// SubscriptionCount counts all subscriptions; those that ended and were not
// taken away yet, too.
func (l *Ledger) SubscriptionCount() int {
	hub := l.tx.Bucket(bucketHub)
	if hub == nil {
		return 0
	}
	return hub.Stats().KeyN
}

// subscriptions are all that there are, under their keys.
func (l *Ledger) subscriptions() iter.Seq2[[]byte, news.Subscription] {
	return func(yield func([]byte, news.Subscription) bool) {
		hub := l.tx.Bucket(bucketHub)
		if hub == nil {
			return
		}
		c := hub.Cursor()
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			if sub, _ := get[news.Subscription](hub, k); !yield(k, sub) {
				return
			}
		}
	}
}

// subscriptionKey has the callback's host, so that those of one host stand
// together. No part of it has a NUL.
func subscriptionKey(t news.Topic, callback string) []byte {
	return joined(string(t.Feed), t.Format, news.Host(callback), callback)
}
