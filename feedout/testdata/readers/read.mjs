// Reads a feed with npm's rss-parser and prints an entry a line as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const Parser = createRequire(process.argv[3] + "/")("rss-parser");
const feed = await new Parser().parseString(readFileSync(process.argv[2], "utf8"));
for (const i of feed.items) {
  console.log(JSON.stringify({ id: i.guid ?? i.id, title: i.title, link: i.link, time: Date.parse(i.isoDate) / 1000 }));
}
