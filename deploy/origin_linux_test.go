package deploy

import (
	"fmt"
	"net/http"
	"os"
)

// originEnv makes the test binary, run as a child, the ministry at an address.
const originEnv = "CHINANEWS_TEST_ORIGIN"

func publish(at string) int {
	fmt.Fprintln(os.Stderr, http.ListenAndServe(at, http.HandlerFunc(release)))
	return 1
}
