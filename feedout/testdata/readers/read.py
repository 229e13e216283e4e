"""Reads feeds with another program and prints an entry a line as JSON. What the
program does not say of an entry is left out."""
import calendar, json, os, sqlite3, subprocess, sys, tempfile

def say(n, id, title, link, when, **more):
    print(json.dumps({"file": n, "id": id, "title": title, "link": link, "time": int(when), **more}))

def with_feedparser(files):
    import feedparser
    for n, file in enumerate(files):
        for e in feedparser.parse(file).entries:
            body = e.content[0].value if "content" in e else e.get("summary", "")
            say(n, e.id, e.title, e.link, calendar.timegm(e.published_parsed), content=body,
                categories=[t.term for t in e.get("tags", [])], enclosures=[x.href for x in e.enclosures])

def with_newsboat(files):
    for n, file in enumerate(files): # an id that two feeds have it shows once
        with tempfile.TemporaryDirectory() as d:
            path = lambda name: os.path.join(d, name)
            open(path("urls"), "w").write("file://" + file + "\n")
            open(path("config"), "w").write("")
            subprocess.run(["newsboat", "-q", "-C", path("config"), "-u", path("urls"), "-c", path("cache.db"), "-x", "reload"], check=True, capture_output=True)
            for id, title, link, when, body in sqlite3.connect(path("cache.db")).execute("select guid, title, url, pubDate, content from rss_item"):
                say(n, id, title, link, when, content=body)

def with_sfeed(files):
    for n, file in enumerate(files):
        out = subprocess.run(["sfeed"], stdin=open(file, "rb"), check=True, capture_output=True).stdout.decode()
        for line in out.splitlines():
            f = line.split("\t")
            body = f[3].replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\")
            say(n, f[5], f[1], f[2], f[0], content=body, categories=[c for c in f[8].split("|") if c])

{"feedparser": with_feedparser, "newsboat": with_newsboat, "sfeed": with_sfeed}[sys.argv[1]](sys.argv[2:])
