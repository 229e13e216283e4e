#!/usr/bin/env python3
"""Make the labelled corpus of stories out of the texts in base/.

    gen.py            write open.jsonl and sealed.jsonl
    gen.py --settle   move each file of base/ to the side that the hash draws
    gen.py --check    validate both files and print counts; writes nothing

Every choice comes from SEED and names, so two runs write the same bytes. README.md says what the fields and labels mean.
"""
import datetime as dt
import hashlib
import json
import pathlib
import random
import re
import sys
from collections import Counter

from tables import CARRIERS, DATELINE, DESK, FOOT, HANT, HEAD, INTRO, MONTHS, NOTE, SOURCES

HERE = pathlib.Path(__file__).parent
SEED = "stories-1"
SALT = "side-182391"
START = dt.datetime(2026, 5, 4, tzinfo=dt.timezone(dt.timedelta(hours=8)))
DAYS = 40


def rng(*names):
    return random.Random(SEED + "/" + "/".join(map(str, names)))


def side(family):
    """The part that a family belongs to; works never leave their family."""
    return "sealed" if int(hashlib.sha256((SALT + family).encode()).hexdigest()[:8], 16) % 3 == 0 else "open"


# ---- base files

def read_family(path):
    works, text = [], None
    family = {"id": path.stem, "case": "plain", "works": works, "path": path}
    for line in path.read_text(encoding="utf-8").splitlines():
        line = line.strip()
        if not line.startswith("@"):
            if line:
                text["paras"].append(line)
            continue
        key, _, value = line[1:].partition(" ")
        if key == "case":
            family["case"] = value
        elif key == "work":
            works.append({"texts": {}, "src": "mfa", "day": 0})
        elif key in ("en", "zh"):
            text = {"title": value, "alts": [], "paras": []}
            works[-1]["texts"][key] = text
        elif key == "alt":
            text["alts"].append(value)
        elif key in ("day", "days", "src", "serial", "carry", "again", "kind", "lag"):
            works[-1][key] = value
        else:
            raise SystemExit(f"{path}: unknown key @{key}")
    return family


def families():
    return [read_family(p) for p in sorted(HERE.glob("base/**/*.txt"), key=lambda p: p.stem)]


# ---- slots of templates: {name:low-high:decimals}, {name:a/b/c}, {name}, {D}, {D+1}

def long_day(when, lang):
    return f"{when.month}月{when.day}日" if lang == "zh" else f"{when.day} {MONTHS[when.month]}"


def fill(texts, lang, key, row, when):
    whole = "\n".join([texts["title"], *texts["alts"], *texts["paras"]])
    specs = {m.group(1): m.group(2) for m in re.finditer(r"\{(\w+):([^}]*)\}", whole)}

    def value(m):
        name = m.group(1)
        if re.fullmatch(r"D([+-]\d+)?", name):
            return long_day(when + dt.timedelta(days=int(name[1:] or 0)), lang)
        return slot(specs[name], lang, key, row, name)

    sub = lambda s: re.sub(r"\{([\w+-]+)(?::([^}]*))?\}", value, s)
    body = [sub(p) for p in texts["paras"]]
    return {"paras": body, "title": sub(texts["title"]), "alts": [sub(a) for a in texts["alts"]]}


def slot(spec, lang, key, row, name):
    m = re.fullmatch(r"([\d.]+)-([\d.]+)(?::(\d))?", spec)
    if not m:
        choices = spec.split("/")
        return choices[(row + sum(map(ord, name))) % len(choices)]
    low, high, places = float(m.group(1)), float(m.group(2)), int(m.group(3) or 0)
    n = round(rng(key, row, name).uniform(low, high), places)
    return f"{n:,.{places}f}" if lang == "en" and n >= 10000 else f"{n:.{places}f}"


# ---- what carriers do to a text

def hant(s):
    return "".join(HANT.get(c, c) for c in s)


def full_width(s):
    return re.sub(r"[0-9A-Za-z%]", lambda m: chr(ord(m.group()) + 0xFEE0), s)


def sentences(p, lang):
    return [s for s in (re.split(r"(?<=[。！？])(?!”)", p) if lang == "zh" else re.split(r"(?<=[.!?]) (?=[A-Z])", p)) if s]


def split(paras, lang, r):
    out = []
    for p in paras:
        parts = sentences(p, lang)
        cut = r.randint(1, len(parts) - 1) if len(parts) > 1 else 1
        glue = "" if lang == "zh" else " "
        out += [x for x in (glue.join(parts[:cut]), glue.join(parts[cut:])) if x]
    return out


def join(paras, lang, r):
    out, glue = [], "" if lang == "zh" else " "
    for i, p in enumerate(paras):
        if out and i % 2:
            out[-1] += glue + p
        else:
            out.append(p)
    return out


def excerpt(paras, lang, r):
    """The beginning of a text, cut at a sentence, at least half of its characters."""
    total, got, out = sum(map(len, paras)), 0, []
    goal = total * r.uniform(0.5, 0.62)
    for p in paras:
        kept = []
        for s in sentences(p, lang):
            if got >= goal:
                break
            kept.append(s)
            got += len(s) + (lang == "en")
        if kept:
            out.append(("" if lang == "zh" else " ").join(kept))
    return out


FIGURE = re.compile(r"(?<![\d.,A-Za-z])\d+(?:,\d{3})*(?:\.\d+)?(?![\d年月日时届号]|[.,]\d| (?:May|June|July|August|September|October|November|December))")


def figures(paras):
    found = {m.group() for p in paras for m in FIGURE.finditer(p)}
    return sorted(f for f in found if len(f) >= 2 and not re.fullmatch(r"20[23]\d", f))


def correct(paras, title, r):
    found = figures(paras)
    if not found:
        return None
    old = r.choice(found)
    last = old[-1]
    new = old[:-1] + str((int(last) + r.randint(2, 8)) % 10)
    sub = lambda s: re.sub(r"(?<![\d.,])" + re.escape(old) + r"(?![\d]|[.,]\d)", new, s)
    return [sub(p) for p in paras], sub(title), old, new


def typography(s, lang, r):
    if lang == "en":
        return s.replace("'", "’").replace(" percent", r.choice(["%", " per cent", " percent"])).replace(" -- ", " — ")
    return s.replace("“", "「").replace("”", "」") if r.random() < 0.3 else re.sub(r"(\d)(?=[一-龥])", r"\1 ", s) if r.random() < 0.4 else s


def frame(paras, lang, source, when, r, name=None):
    name = name or SOURCES[source][0 if lang == "zh" else 1]
    stamp = when.strftime("%Y-%m-%d") if lang == "zh" or r.random() < 0.5 else f"{MONTHS[when.month]} {when.day}, {when.year}"
    fmt = {"s": name, "d": stamp, "k": r.randint(120, 9000)}
    head = r.choice(HEAD[lang]).format(**fmt).split("\n") if r.random() < 0.75 else []
    foot = r.choice(FOOT[lang]).format(**fmt).split("\n") if r.random() < 0.75 else []
    return head + paras + foot


# ---- items

class Corpus:
    def __init__(self):
        self.items, self.counter, self.urls = [], Counter(), set()

    def url(self, pattern, when, n, lang):
        day = {"ym": when.strftime("%Y%m"), "ymd": when.strftime("%Y%m%d"), "y": when.year, "m": f"{when.month:02}", "d": f"{when.day:02}"}
        return pattern.format(n=n, l="zh" if lang == "zh" else "en", **day)

    def serial(self, source, when, wanted=None):
        if wanted:
            return wanted
        self.counter[source] += 1
        base = 12021000 + (when - START).days * 37 + sum(map(ord, source)) % 31
        return str(base + 1000 * (sum(map(ord, source)) % 7) + self.counter[source])

    def add(self, tag, source, lang, when, title, paras, kind, r, serial=None):
        _, _, pattern, precision = SOURCES[source]
        when = when.replace(second=0, microsecond=0)
        n = self.serial(source, when, serial)
        while (url := self.url(pattern, when, n, lang)) in self.urls:
            n = str(int(n) + 1)
        self.urls.add(url)
        seen = when + dt.timedelta(minutes=r.randint(3, 95))
        self.items.append({
            "id": "", "source": source, "lang": lang, "url": url, "title": title,
            "date": when.isoformat() if precision == "minute" else when.date().isoformat(), "precision": precision,
            "first_seen": seen.astimezone(dt.timezone.utc).isoformat().replace("+00:00", "Z"), "text": "\n".join(paras),
            **tag, "kind": kind})
        return n


def carry(corpus, tag, text, lang, origin, when, count, r, late):
    """Other sites (and the origin, for a correction) publish the same release."""
    others = [s for s in CARRIERS[lang] if s != origin]
    r.shuffle(others)
    plan = r.sample(["repost", "repost", "excerpt", "introduction", "correction", "repost", "excerpt"], count) if count else []
    for i, kind in enumerate(plan):
        source = others[i % len(others)]
        hours = {"repost": r.uniform(0.5, 60), "excerpt": r.uniform(1, 30), "introduction": r.uniform(12, 96), "correction": r.uniform(20, 28)}[kind]
        if late and i == count - 1 and kind != "correction":
            hours = r.uniform(9 * 24, 12 * 24)
        paras, title = list(text["paras"]), text["title"]
        if kind == "correction":
            fixed = correct(paras, title, r)
            if not fixed:
                kind = "repost"
            else:
                paras, title, old, new = fixed
                source = origin if r.random() < 0.6 else source
                if r.random() < 0.5:
                    paras = paras + [NOTE[lang].format(a=old, b=new)]
        last = (START + dt.timedelta(days=DAYS, hours=-3) - when).total_seconds() / 3600
        moved = when + dt.timedelta(hours=min(hours, last * r.uniform(0.5, 1)))
        one_carrier(corpus, tag, text, lang, source, moved, title, paras, kind, r, SOURCES[origin][0 if lang == "zh" else 1])


def one_carrier(corpus, tag, text, lang, source, when, title, paras, kind, r, origin_name):
    if kind == "excerpt":
        paras = excerpt(paras, lang, r)
    if kind == "introduction":
        paras = [r.choice(INTRO[lang])] + paras
        source = "bl-emb-" + lang if source.startswith("bl-agency") or source == "river-news" else source
    if kind != "correction":
        if text["alts"] and r.random() < 0.6:
            title = r.choice(text["alts"])
        change = r.random()
        if change < 0.3:
            paras = split(paras, lang, r)
        elif change < 0.55:
            paras = join(paras, lang, r)
        if kind != "introduction" and r.random() < 0.45:
            stamp = long_day(when, lang)
            paras = [r.choice(DATELINE[lang]).format(d=stamp) + paras[0]] + paras[1:]
        if r.random() < 0.4:
            paras = [typography(p, lang, r) for p in paras]
        paras = frame(paras, lang, source, when, r, origin_name if r.random() < 0.5 else None)
    if lang == "zh" and source == "bl-emb-torvia":
        paras, title = [hant(p) for p in paras], hant(title)
    elif lang == "zh" and kind != "correction" and r.random() < 0.12:
        paras, title = [full_width(p) for p in paras], full_width(title)
    corpus.add(tag, source, lang, when, title, paras, kind, r)


def make_work(corpus, family, index, row, day):
    work = family["works"][index]
    template = "days" in work
    key = f"{family['id']}.{index}" + (f".{row}" if template else "")
    r = rng(key)
    first = START + dt.timedelta(days=day, minutes=r.randint(8 * 60, 17 * 60))
    langs = sorted(work["texts"], key=lambda l: l != ("en" if work["src"] == "lanshan" else "zh"))
    when, serial = first, None
    for n, lang in enumerate(langs):
        rr = rng(key, lang)
        tag = {"release": f"{key}.{lang}", "work": key, "family": family["id"], "case": family["case"]}
        text = fill(work["texts"][lang], lang, f"{family['id']}.{index}", row, first)
        if n:
            when = first + dt.timedelta(hours=float(work.get("lag", rr.uniform(1, 26))))
        origin = DESK[work["src"]][lang]
        kind = work.get("kind") or ("translation" if n else "boilerplate" if template else "original")
        wanted = serial if n and work.get("serial") == "same" else work.get("serial") if work.get("serial", "same") not in ("same", "differ") else None
        paras, title = list(text["paras"]), text["title"]
        if rr.random() < 0.35:
            paras = frame(paras, lang, origin, when, rr)
        if origin == "bl-emb-torvia" and lang == "zh":
            paras, title = [hant(p) for p in paras], hant(title)
        serial = corpus.add(tag, origin, lang, when, title, paras, kind, rr, wanted)
        low, high = map(int, work.get("carry", "0-2" if template else "3-6").split("-"))
        carry(corpus, tag, text, lang, origin, when, rr.randint(low, high), rr, late="again" not in work and day < 26 and rr.random() < 0.12)
        if "again" in work:
            later = when + dt.timedelta(days=int(work["again"]), hours=rr.uniform(0, 5))
            tag = {**tag, "release": f"{key}.again.{lang}", "work": f"{key}.again", "again": key}
            source = rr.choice([s for s in CARRIERS[lang] if s != origin])
            one_carrier(corpus, tag, text, lang, source, later, title, list(text["paras"]), "republished", rr, SOURCES[origin][0 if lang == "zh" else 1])


def make():
    corpus = Corpus()
    for family in families():
        for index, work in enumerate(family["works"]):
            days = [int(d) for d in work["days"].split()] if "days" in work else [int(work["day"])]
            for row, day in enumerate(days):
                make_work(corpus, family, index, row, day)
    return number(corpus.items)


def number(items):
    """Names in order of arrival, so that they tell nothing but that."""
    items.sort(key=lambda i: (i["first_seen"], i["url"]))
    names = {"release": {}, "work": {}, "family": {}}
    for n, item in enumerate(items, 1):
        item["id"] = f"i{n:04}"
        item["side"] = side(item["family"])
        for field, letter in (("release", "r"), ("work", "w"), ("family", "f")):
            known = names[field]
            item[field] = known.setdefault(item[field], f"{letter}{len(known) + 1:03}")
        if "again" in item:
            item["again"] = names["work"][item["again"]]
    return items


def write():
    items = make()
    for part in ("open", "sealed"):
        with open(HERE / f"{part}.jsonl", "w", encoding="utf-8", newline="\n") as f:
            for item in items:
                if item["side"] == part:
                    f.write(json.dumps({k: v for k, v in item.items() if k != "side"}, ensure_ascii=False) + "\n")


def settle():
    for family in families():
        target = HERE / "base" / side(family["id"]) / family["path"].name
        target.parent.mkdir(exist_ok=True)
        family["path"].rename(target)


if __name__ == "__main__":
    if "--check" in sys.argv:
        import check
        sys.exit(check.check())
    if "--settle" in sys.argv:
        settle()
    else:
        write()
