package signin

import "strings"

// browsers and systems are told apart by what stands in a User-Agent, in this
// order: most claim to be others too.
var (
	browsers = [][2]string{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Vivaldi", "Vivaldi"}, {"MicroMessenger", "WeChat"}, {"QQBrowser", "QQ Browser"}, {"UCBrowser", "UC Browser"},
		{"SamsungBrowser", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome/", "Chrome"}, {"Chromium", "Chrome"},
		{"Safari/", "Safari"}, {"curl/", "curl"},
	}
	systems = [][2]string{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"HarmonyOS", "HarmonyOS"}, {"OpenHarmony", "HarmonyOS"}, {"Windows", "Windows"},
		{"CrOS", "ChromeOS"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"},
	}
)

// Browser is a short name for what a User-Agent says (RFC 9110, section
// 10.1.5), by which users know their own: Firefox on Linux. It is one of few.
func Browser(userAgent string) string {
	find := func(list [][2]string) string {
		for _, l := range list {
			if strings.Contains(userAgent, l[0]) {
				return l[1]
			}
		}
		return ""
	}
	browser, system := find(browsers), find(systems)
	switch {
	case browser == "" && system == "":
		return "unknown"
	case browser == "":
		return system
	case system == "":
		return browser
	}
	return browser + " on " + system
}
