// Reads feeds with a parser from npm and prints an entry a line as JSON. What a
// parser does not say of an entry is left out.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Readable } from "node:stream";

const [parser, modules, ...files] = process.argv.slice(2);
const load = createRequire(modules + "/");
const fetched = async (name) => import(pathToFileURL(load.resolve(name)));
const alternate = (links) => links.find((l) => (l.rel ?? "alternate") === "alternate")?.href;

const parsers = {
  async "rss-parser"(text) {
    const Parser = load("rss-parser");
    const feed = await new Parser().parseString(text);
    return feed.items.map((i) => ({
      id: i.guid ?? i.id, title: i.title, link: i.link, date: i.isoDate, content: i["content:encoded"] ?? i.content, categories: i.categories,
    }));
  },
  async feedsmith(text) {
    const { parseFeed } = await fetched("feedsmith");
    const { format, feed } = parseFeed(text);
    switch (format) {
      case "rss":
        return (feed.items ?? []).map((i) => ({
          id: i.guid.value, title: i.title, link: i.link, date: i.pubDate, content: i.content?.encoded ?? i.description,
          categories: (i.categories ?? []).map((c) => c.name), enclosures: (i.enclosures ?? []).map((e) => e.url),
        }));
      case "atom":
        return (feed.entries ?? []).map((e) => ({
          id: e.id, title: e.title.value, link: alternate(e.links), date: e.published, content: e.content?.value ?? e.summary?.value,
          categories: (e.categories ?? []).map((c) => c.term), enclosures: e.links.filter((l) => l.rel === "enclosure").map((l) => l.href),
        }));
    }
    return (feed.items ?? []).map((i) => ({
      id: i.id, title: i.title, link: i.url, date: i.date_published, content: i.content_html ?? i.content_text,
      categories: i.tags ?? [], enclosures: (i.attachments ?? []).map((a) => a.url),
    }));
  },
  async feedparser(text) {
    const FeedParser = load("feedparser");
    const items = [];
    const stream = Readable.from([text]).pipe(new FeedParser({ normalize: true, addmeta: false }));
    for await (const i of stream) {
      items.push({
        id: i.guid, title: i.title, link: i.link, date: i.pubdate, content: i.description,
        categories: i.categories, enclosures: i.enclosures.map((e) => e.url),
      });
    }
    return items;
  },
  async "@rowanmanning/feed-parser"(text) {
    const { parseFeed } = await fetched("@rowanmanning/feed-parser"); // it decodes the content's entities twice
    return parseFeed(text).items.map((i) => ({
      id: i.id, title: i.title, link: i.url, date: i.published,
      categories: i.categories.map((c) => c.term), enclosures: i.media.map((m) => m.url),
    }));
  },
  async "@extractus/feed-extractor"(text) {
    const { extractFromXml, extractFromJson } = await fetched("@extractus/feed-extractor");
    if (/^<\?xml[^>]*>\s*<(rss|feed)/.test(text) && !/<(item|entry)[ >]/.test(text)) return []; // takes an empty feed for none
    const options = { descriptionMaxLen: 0, normalization: true };
    const feed = text.startsWith("{") ? extractFromJson(text, options) : extractFromXml(text, options);
    return feed.entries.map((e) => ({ id: e.id, title: e.title, link: e.link, date: e.published }));
  },
};

for (const [n, file] of files.entries()) {
  for (const { date, ...said } of await parsers[parser](readFileSync(file, "utf8"))) {
    console.log(JSON.stringify({ file: n, ...said, time: Date.parse(date) / 1000 }));
  }
}
