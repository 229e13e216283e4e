package main

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

var dayExpr = regexp.MustCompile(`\{([^{}]*)\}`)

// checkAddress reports why an address with the day in braces, as a layout of
// Go's, cannot be asked.
func checkAddress(address string) error {
	if strings.ContainsAny(dayExpr.ReplaceAllString(address, ""), "{}") {
		return fmt.Errorf("%q has a brace without its pair; write the day as {2006-01-02}", address)
	}
	for _, m := range dayExpr.FindAllStringSubmatch(address, -1) {
		if time.Date(1999, 11, 30, 0, 0, 0, 0, time.UTC).Format(m[1]) == m[1] {
			return fmt.Errorf("{%s} is no layout of a day; write {2006-01-02}, in parts where the address has them", m[1])
		}
	}
	return nil
}
