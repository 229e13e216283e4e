"""Reads a feed with another program and prints an entry a line as JSON."""
import calendar, json, os, sqlite3, subprocess, sys, tempfile

def say(id, title, link, when):
    print(json.dumps({"id": id, "title": title, "link": link, "time": int(when)}))

def with_feedparser(file):
    import feedparser
    for e in feedparser.parse(file).entries:
        say(e.id, e.title, e.link, calendar.timegm(e.published_parsed))

def with_newsboat(file):
    with tempfile.TemporaryDirectory() as d:
        urls, cache = os.path.join(d, "urls"), os.path.join(d, "cache.db")
        open(urls, "w").write("file://" + file + "\n")
        open(os.path.join(d, "config"), "w").write("")
        subprocess.run(["newsboat", "-q", "-C", os.path.join(d, "config"), "-u", urls, "-c", cache, "-x", "reload"], check=True, capture_output=True)
        for row in sqlite3.connect(cache).execute("select guid, title, url, pubDate from rss_item"):
            say(*row)

def with_sfeed(file):
    out = subprocess.run(["sfeed"], stdin=open(file, "rb"), check=True, capture_output=True).stdout.decode()
    for line in out.splitlines():
        f = line.split("\t")
        say(f[5], f[1], f[2], f[0])

{"feedparser": with_feedparser, "newsboat": with_newsboat, "sfeed": with_sfeed}[sys.argv[1]](sys.argv[2])
