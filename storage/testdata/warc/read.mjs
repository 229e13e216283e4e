// Reads a WARC file with warcio, digests what it finds, and prints a record a
// line as JSON.
import { createReadStream } from "node:fs";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [file, modules] = process.argv.slice(2);
const { WARCParser } = await import(pathToFileURL(createRequire(modules + "/").resolve("warcio")));

for await (const r of new WARCParser(createReadStream(file))) {
  const body = await r.readFully(true);
  const http = r.httpHeaders;
  console.log(JSON.stringify({
    type: r.warcType,
    url: r.warcTargetURI ?? "",
    date: r.warcDate ?? "",
    status: http ? http.statusCode : 0,
    headers: http ? Object.fromEntries(http.headers) : {},
    digest: r.warcPayloadDigest ?? "",
    sha256: createHash("sha256").update(body).digest("hex"),
    refers: r.warcHeader("WARC-Refers-To") ?? "",
    id: r.warcHeader("WARC-Record-ID"),
  }));
}
