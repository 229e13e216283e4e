// Reads a feed with a parser from npm and prints an entry a line as JSON:
// rss-parser for RSS and Atom, feedsmith for JSON Feed.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [file, modules] = process.argv.slice(2);
const text = readFileSync(file, "utf8");
const load = createRequire(modules + "/");

async function entries() {
  if (file.endsWith(".json")) {
    const { parseJsonFeed } = await import(pathToFileURL(load.resolve("feedsmith")));
    return parseJsonFeed(text).items.map((i) => ({ id: i.id, title: i.title, link: i.url, date: i.date_published }));
  }
  const Parser = load("rss-parser");
  const feed = await new Parser().parseString(text);
  return feed.items.map((i) => ({ id: i.guid ?? i.id, title: i.title, link: i.link, date: i.isoDate }));
}

for (const { id, title, link, date } of await entries()) {
  console.log(JSON.stringify({ id, title, link, time: Date.parse(date) / 1000 }));
}
