package hub

import (
	"net/http"
	"testing"
	"time"

	"chinanews/news"
)

// Who is asked while the options change is kept, and none of them twice; who
// comes then is answered by the new ones.
func TestAdoptLosesNobody(t *testing.T) {
	inBubble(t, func(w *world) {
		w.answers(func(to http.ResponseWriter, r *http.Request) {
			time.Sleep(5 * time.Second)
			confirms(to, r)
		})
		w.accepted(typical())
		time.Sleep(time.Second)
		o := *w.hub.by.Load()
		o.Topics = func(string) (news.Topic, bool) { return news.Topic{}, false }
		o.Lease = time.Hour
		w.hub.Adopt(o)
		w.refused(typical("hub.callback", callback+"2"), http.StatusNotFound, "is none of the feeds")
		time.Sleep(10 * time.Second)
		s, ok := w.subscribed(callback)
		if !ok || time.Until(s.Until) < 24*time.Hour || w.visits() != 1 {
			w.Errorf("kept %v, asked %d times, until %s", ok, w.visits(), s.Until)
		}
	})
}
