# Reads feeds with Ruby's rss library and prints an entry a line as JSON.
require "json"
require "rss"

def said_by_rss(i)
  { id: i.guid.content, title: i.title, link: i.link, time: i.pubDate.to_i, content: i.content_encoded || i.description,
    categories: i.categories.map(&:content) }
end

def said_by_atom(e)
  { id: e.id.content, title: e.title.content, link: e.links.find { |l| l.rel == "alternate" }.href, time: e.published.content.to_i,
    content: (e.content || e.summary).content, categories: e.categories.map(&:term),
    enclosures: e.links.select { |l| l.rel == "enclosure" }.map(&:href) }
end

ARGV.each_with_index do |file, n|
  feed = RSS::Parser.parse(File.read(file), false)
  atom = feed.is_a?(RSS::Atom::Feed)
  feed.items.each { |i| puts JSON.generate({ file: n }.merge(atom ? said_by_atom(i) : said_by_rss(i))) }
end
