package jetstream

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
)

// Codes of the engine's refusals. The client library takes the first two for
// one; they are not: the first says that another write of the subject is not
// quite done, the second that the sequence is another.
const (
	codeBusy       = 10164
	codeWrongLast  = 10071
	codeNoStream   = 10059
	codeNoMessage  = 10037
	codeTooLarge   = 10054
	codeNameInUse  = 10058
	headerExpected = "Nats-Expected-Last-Subject-Sequence"
	headerTTL      = "Nats-TTL"
	headerID       = "Cn-Id"
	headerBatch    = "Nats-Batch-Id"
	headerBatchSeq = "Nats-Batch-Sequence"
	headerBatchEnd = "Nats-Batch-Commit"
)

// refusal is what the engine answers instead of doing a thing.
type refusal struct {
	Code        int    `json:"code"`
	ErrCode     int    `json:"err_code"`
	Description string `json:"description"`
}

func (e *refusal) Error() string {
	return fmt.Sprintf("the engine answers %d: %s", e.ErrCode, e.Description)
}

func refused(err error, code int) bool {
	var r *refusal
	return errors.As(err, &r) && r.ErrCode == code
}

// publish writes messages to one stream, all or none, and returns the sequence of
// the last. It asks again only when the engine is not quite done with the message
// before, so a refusal or no answer is for the caller to judge.
func (r *Relay) publish(ctx context.Context, list ...*nats.Msg) (uint64, error) {
	most := r.conn.MaxPayload()
	for _, m := range list {
		if most > 0 && int64(len(m.Data)+1024) > most {
			return 0, fmt.Errorf("%w: %d of %d bytes", ErrTooLarge, len(m.Data), most)
		}
	}
	for {
		seq, err := r.publishOnce(ctx, list)
		switch {
		case refused(err, codeBusy) && wait(ctx, time.Millisecond):
		case refused(err, codeTooLarge) || errors.Is(err, nats.ErrMaxPayload):
			return 0, fmt.Errorf("%w (%v)", ErrTooLarge, err)
		default:
			return seq, err
		}
	}
}

func (r *Relay) publishOnce(ctx context.Context, list []*nats.Msg) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, try)
	defer cancel()
	final := len(list) - 1
	if final > 0 {
		together(list)
	}
	for _, m := range list[:final] { // the engine has no word for these: what it thinks of them is its answer to the last
		if err := r.conn.PublishMsg(m); err != nil {
			return 0, err
		}
	}
	reply, err := r.conn.RequestMsgWithContext(ctx, list[final])
	if err != nil {
		return 0, err
	}
	var ack struct {
		Stream string   `json:"stream"`
		Seq    uint64   `json:"seq"`
		Count  int      `json:"count"`
		Error  *refusal `json:"error"`
	}
	if err := json.Unmarshal(reply.Data, &ack); err != nil {
		return 0, fmt.Errorf("reading the engine's acknowledgement: %w", err)
	}
	if ack.Error != nil {
		return 0, ack.Error
	}
	if ack.Stream == "" || ack.Seq == 0 || final > 0 && ack.Count != len(list) {
		return 0, errors.New("the engine's acknowledgement does not name the messages")
	}
	return ack.Seq, nil
}

// together has the engine take messages all or none, with nothing between them
// (its ADR-50). One that failed is tried under another name.
func together(list []*nats.Msg) {
	name := rand.Text()
	for n, m := range list {
		m.Header.Set(headerBatch, name)
		m.Header.Set(headerBatchSeq, strconv.Itoa(n+1))
	}
	list[len(list)-1].Header.Set(headerBatchEnd, "1")
}

// message is one to a subject. It goes in only if the subject's last sequence is
// the expected one.
func message(subject string, data []byte, expected uint64) *nats.Msg {
	return &nats.Msg{Subject: subject, Data: data, Header: nats.Header{headerExpected: {strconv.FormatUint(expected, 10)}}}
}

// stored is a message as the engine keeps it.
type stored struct {
	Subject string    `json:"subject"`
	Seq     uint64    `json:"seq"`
	Head    []byte    `json:"hdrs"`
	Data    []byte    `json:"data"`
	Time    time.Time `json:"time"`
}

func (m stored) header() nats.Header {
	h, err := nats.DecodeHeadersMsg(m.Head)
	if err != nil {
		return nil
	}
	return h
}

type getRequest struct {
	Seq      uint64 `json:"seq,omitempty"`
	LastFor  string `json:"last_by_subj,omitempty"`
	Batch    int    `json:"batch,omitempty"`
	MaxBytes int    `json:"max_bytes,omitempty"`
}

// get asks the leader of a stream for a message, so that it is not old. A
// message that is not there has Seq 0.
func (r *Relay) get(ctx context.Context, stream string, request getRequest) (stored, error) {
	var answer struct {
		Message stored   `json:"message"`
		Error   *refusal `json:"error"`
	}
	err := r.api(ctx, "STREAM.MSG.GET."+stream, request, &answer)
	if err == nil && answer.Error != nil {
		err = answer.Error
	}
	if refused(err, codeNoMessage) {
		return stored{}, nil
	}
	return answer.Message, err
}

// last asks the leader of a stream for the last message of a subject.
func (r *Relay) last(ctx context.Context, stream, subject string) (stored, error) {
	return r.get(ctx, stream, getRequest{LastFor: subject})
}

// api asks the engine a question of administration.
func (r *Relay) api(ctx context.Context, call string, request, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, try)
	defer cancel()
	question, err := json.Marshal(request)
	if err != nil {
		return err
	}
	reply, err := r.conn.RequestMsgWithContext(ctx, &nats.Msg{Subject: "$JS.API." + call, Data: question})
	if err != nil {
		return err
	}
	return json.Unmarshal(reply.Data, answer)
}

// extent is a stream as its leader has it.
type extent struct {
	first, last uint64
	led         bool // most replicas have followed that leader within electing
}

// electing is the least time in which the engine chooses another leader. One that
// stood still for longer may still take itself for it when it goes on, and tell
// what was so then; or it knows already who leads, and tells nonetheless.
const electing = 4 * time.Second

func (r *Relay) extent(ctx context.Context, stream string) (e extent, err error) {
	var answer struct {
		State struct {
			First uint64 `json:"first_seq"`
			Last  uint64 `json:"last_seq"`
		} `json:"state"`
		Cluster leading  `json:"cluster"`
		Error   *refusal `json:"error"`
	}
	err = r.api(ctx, "STREAM.INFO."+stream, struct{}{}, &answer)
	if err == nil && answer.Error != nil {
		err = answer.Error
	}
	return extent{answer.State.First, answer.State.Last, answer.Cluster.now()}, err
}

// leading is what a node that answers for a stream knows of its replicas.
type leading struct {
	Leader   string     `json:"leader"`
	Replicas []struct { // but its own
		Name   string        `json:"name"`
		Active time.Duration `json:"active"` // since it was heard of; 0: it was not
	} `json:"replicas"`
}

// now reports whether who answered leads, as far as most replicas say.
func (l leading) now() bool {
	with, of := 1, 1+len(l.Replicas)
	for _, p := range l.Replicas {
		if p.Name == l.Leader {
			return false
		}
		if p.Active > 0 && p.Active < electing {
			with++
		}
	}
	return 2*with > of
}
