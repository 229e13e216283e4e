package validity

// rules are what documents are judged by. A test has for each an example that
// breaks it.
var rules = map[string]string{
	"well-formed": "a document is well-formed XML in UTF-8 (XML 1.0), or JSON without a name twice (RFC 8259)",
	"character":   "no control characters, noncharacters or private directions of text",
	"namespace":   "elements and attributes are of namespaces that readers know",
	"element":     "elements stand where their format has them, as often as it has them",
	"attribute":   "elements have the attributes that their format gives them, and all that it demands",
	"text":        "there is text only where the format has text, and elements only where it has elements",
	"blank":       "what must be there says something",
	"schema":      "the JSON Schema of JSON Feed 1.1",

	"address":    "an address is absolute, of http or https, and has only the characters of RFC 3986",
	"date":       "RSS and OPML have dates of RFC 822 with the right day of the week and a year of four digits, the others of RFC 3339",
	"language":   "a language is a tag of RFC 5646",
	"media-type": "a media type is a type and a subtype (RFC 6838)",
	"number":     "a length, a size or a time is a number that is not negative",
	"value":      "a value is one of those that the format knows",

	"unique":    "no two items have the same id, and none says one thing twice",
	"permalink": "a guid that is no address says isPermaLink=\"false\"",
	"person":    "RSS has authors as e-mail addresses, in author, or names, in dc:creator, never both",
	"semantics": "an item does not say in two vocabularies what may then differ",
	"self":      "a document links to its own address once, with its own type",
	"twin":      "no two alternate links of one element have the same type and language (RFC 4287, section 4.1.1)",
	"alternate": "an item without content has an alternate link, and every feed has one (RFC 4287, section 4.1.2)",
	"updated":   "a feed is not older than its entries",

	"markup":   "HTML is balanced, of known elements, and the same after a browser has parsed it",
	"danger":   "HTML has nothing that runs, loads frames, sends forms or changes how readers look",
	"relative": "HTML has no address that depends on where it stands",

	"archive":  "what is of the archive says so, and leads to the current document (RFC 5005, section 4)",
	"walk":     "prev-archive leads to the end without a loop, next-archive back, and no entry stands twice",
	"hub":      "a hub is of another address than the feed, and a feed with one says what its own is (WebSub, section 4)",
	"outline":  "an outline of type rss has a text and the address of a feed, and a folder has outlines (OPML 2.0)",
	"boundary": "a sitemap has at most 50,000 addresses in 50 MB, each of its own host, once, and shorter than 2,048 characters",
}
