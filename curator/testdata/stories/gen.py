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
from collections import Counter, defaultdict

HERE = pathlib.Path(__file__).parent
SEED = "stories-1"
SALT = "side-0"
START = dt.datetime(2026, 5, 4, tzinfo=dt.timezone(dt.timedelta(hours=8)))
DAYS = 40

# Where a text of a desk first appears, by language.
DESK = {
    "mfa": {"zh": "bl-mfa-zh", "en": "bl-mfa-en"},
    "commerce": {"zh": "bl-commerce-zh", "en": "bl-commerce-en"},
    "health": {"zh": "bl-health", "en": "bl-health"},
    "embassy": {"zh": "bl-emb-zh", "en": "bl-emb-en"},
    "torvia": {"zh": "bl-emb-torvia", "en": "bl-emb-torvia"},
    "agency": {"zh": "bl-agency-zh", "en": "bl-agency-en"},
    "lanshan": {"zh": "ln-mfa", "en": "ln-mfa"},
    "river": {"en": "river-news"},
}
# id: name zh, name en, URL pattern, precision of its dates
SOURCES = {
    "bl-mfa-zh": ("北岭国外交部", "", "https://www.mfa.beiling.example/zxxx/{ym}/t{ymd}_{n}.shtml", "minute"),
    "bl-mfa-en": ("", "Ministry of Foreign Affairs of Beiling", "https://www.mfa.beiling.example/eng/{ym}/t{ymd}_{n}.html", "minute"),
    "bl-emb-zh": ("北岭国驻岚山国大使馆", "", "http://ls.embassy.beiling.example/chn/sgxw/{ym}/t{ymd}_{n}.htm", "day"),
    "bl-emb-en": ("", "Embassy of Beiling in Lanshan", "http://ls.embassy.beiling.example/eng/zgyw/{ym}/t{ymd}_{n}.htm", "day"),
    "bl-emb-torvia": ("北嶺國駐多維亞國大使館", "Embassy of Beiling in Torvia", "https://tv.embassy.beiling.example/{l}/t{n}.htm", "day"),
    "bl-commerce-zh": ("北岭国商务与港务部", "", "https://www.mcp.beiling.example/article/{ym}/{n}.shtml", "minute"),
    "bl-commerce-en": ("", "Ministry of Commerce and Ports of Beiling", "https://english.mcp.beiling.example/article/{ym}/{n}.shtml", "day"),
    "bl-health": ("北岭国卫生署", "Health Office of Beiling", "https://www.health.beiling.example/{l}/detail?id={n}", "day"),
    "bl-agency-zh": ("北岭通讯社", "", "https://www.bna.example/politics/{ymd}/c{n}.html", "minute"),
    "bl-agency-en": ("", "Beiling News Agency", "https://english.bna.example/{ymd}/{n}/c.html", "minute"),
    "ln-mfa": ("岚山国外交部", "Ministry of Foreign Affairs of Lanshan", "https://foreign.lanshan.example/{l}/press/{ymd}-{n}", "minute"),
    "river-news": ("", "The River Observer", "https://www.riverobserver.example/{y}/{m}/{d}/{n}", "minute"),
}
CARRIERS = {
    "zh": ["bl-mfa-zh", "bl-emb-zh", "bl-emb-torvia", "bl-agency-zh", "bl-commerce-zh", "bl-health", "ln-mfa"],
    "en": ["bl-mfa-en", "bl-emb-en", "bl-emb-torvia", "bl-agency-en", "river-news", "bl-commerce-en", "ln-mfa"],
}
MONTHS = {4: "April", 5: "May", 6: "June"}

# Frames of the sites: what an extraction leaves above and below a text. {s} is the source named, {d} the date.
HEAD = {
    "zh": ["首页 > 新闻动态 > 要闻", "来源：{s}\n发布时间：{d} 字号：大 中 小", "{d} 来源：{s}", "当前位置：首页 > 部领导活动\n{d}",
           "您所在的位置：首页 / 信息公开 / 通知公告\n信息来源：{s} 浏览次数：{k}"],
    "en": ["Home > News > Top Stories", "Source: {s}\nUpdated: {d}  Font size: A A A", "{d}\nFrom: {s}", "You are here: Home / Press / Releases\nPublished on {d}",
           "{s} | {d} | 2 min read"],
}
FOOT = {
    "zh": ["【打印本页】 【关闭窗口】", "责任编辑：周闻\n扫一扫分享到手机", "版权所有 {s}\n地址：云津市河堤路18号 邮编：100018 备案号：岭备字05002号",
           "相关附件：无\n上一篇：没有了\n分享到：微信 微博", "声明：本网转载内容仅供参考。"],
    "en": ["Suggest to a friend: Print", "Editor: Zhou Wen\nShare this page", "Copyright {s}. All rights reserved.\nAddress: 18 Embankment Road, Yunjin. Contact us: webmaster",
           "Related stories\nNext: none\nFollow us on the river network", "The content of this page was first published elsewhere and is given for reference."],
}
INTRO = {
    "zh": ["编者按：以下是北岭国有关部门日前发布的消息，大使馆予以转发，供当地各界朋友和侨胞参阅。",
           "近期有不少侨胞来电询问有关情况，现将国内主管部门公布的消息全文转发如下，请大家留意。",
           "应当地媒体朋友要求，使馆新闻处现提供该消息的文本，欢迎引用并注明出处。"],
    "en": ["The Embassy shares below a release which the authorities at home have published, for the information of friends in the host country.",
           "As several readers have asked the Embassy about this matter, the full text of the release is given here without changes.",
           "At the request of local media the press section makes the text of the following release available; please name the source when you quote it."],
}
DATELINE = {
    "zh": ["北岭通讯社云津{d}电 ", "（云津{d}讯）", "本社云津{d}电（记者 林知远）"],
    "en": ["YUNJIN, {d} (BNA) -- ", "Yunjin, {d} - ", "YUNJIN ({d}) -- "],
}
NOTE = {
    "zh": "更正：此前发布的版本中“{a}”有误，应为“{b}”。",
    "en": "Correction: an earlier version of this text gave {a}; the right figure is {b}.",
}
# Simplified characters, each followed by its traditional form. Built for the words of base/, not for all Chinese.
TRAD = "@TRAD@"
HANT = {}


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
    if not HANT:
        HANT.update(zip(TRAD[::2], TRAD[1::2]))
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
        self.items, self.counter = [], Counter()

    def serial(self, source, when, wanted=None):
        if wanted:
            return wanted
        self.counter[source] += 1
        base = 12021000 + (when - START).days * 37 + sum(map(ord, source)) % 31
        return str(base + 1000 * (sum(map(ord, source)) % 7) + self.counter[source])

    def add(self, tag, source, lang, when, title, paras, kind, r, serial=None):
        _, _, pattern, precision = SOURCES[source]
        n = self.serial(source, when, serial)
        url = pattern.format(ym=when.strftime("%Y%m"), ymd=when.strftime("%Y%m%d"), y=when.year, m=f"{when.month:02}", d=f"{when.day:02}",
                             n=n, l="zh" if lang == "zh" else "en")
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
        moved = when + dt.timedelta(hours=hours)
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
        low, high = map(int, work.get("carry", "0-2" if template else "2-5").split("-"))
        carry(corpus, tag, text, lang, origin, when, rr.randint(low, high), rr, late="again" not in work and day < 26 and rr.random() < 0.12)
        if "again" in work:
            later = when + dt.timedelta(days=int(work["again"]), hours=rr.uniform(0, 5))
            tag = {**tag, "release": f"{key}.again.{lang}", "work": f"{key}.again"}
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


# ---- check

def load(part):
    with open(HERE / f"{part}.jsonl", encoding="utf-8") as f:
        return [{**json.loads(line), "side": part} for line in f]


def check_apart(items):
    bad = []
    for field in ("release", "work", "family", "id", "url"):
        parts = defaultdict(set)
        for i in items:
            parts[i[field]].add(i["side"])
        bad += [f"{field} {k} is in both parts" for k, v in parts.items() if len(v) > 1]
    for field in ("id", "url"):
        bad += [f"{field} {k} stands twice" for k, n in Counter(i[field] for i in items).items() if n > 1]
    twice = Counter((i["source"], i["title"], i["text"]) for i in items)
    bad += [f"item twice: {k[0]} {k[1]}" for k, n in twice.items() if n > 1]
    return bad


def frames():
    lines = set()
    for table in (HEAD, FOOT, INTRO):
        for lang in table:
            lines.update(x for s in table[lang] for x in s.split("\n"))
    return lines


def check_texts(items):
    """No long paragraph of a base text is in two families; no paragraph of any item is in two parts."""
    bad, owner = [], {}
    for family in families():
        if family["path"].parent.name != side(family["id"]):
            bad.append(f"{family['path'].name} does not lie in base/{side(family['id'])}; run --settle")
        for work in family["works"]:
            for text in work["texts"].values():
                for p in text["paras"]:
                    if len(p) >= 30 and owner.setdefault(p, family["id"]) != family["id"]:
                        bad.append(f"paragraph of {owner[p]} also in {family['id']}: {p[:40]}")
    known = {hant(x) for x in frames()} | {full_width(x) for x in frames()} | frames()
    parts = {}
    for i in items:
        for p in i["text"].split("\n"):
            if len(p) >= 60 and p not in known and not re.match(r"Address: |地址：|The content|Correction", p):
                if parts.setdefault(p, i["side"]) != i["side"]:
                    bad.append(f"paragraph in both parts: {p[:60]}")
    return bad


def check_labels(items):
    bad, works = [], defaultdict(set)
    releases = defaultdict(list)
    for i in items:
        releases[i["release"]].append(i)
        works[i["work"]].add((i["release"], i["lang"]))
        if i["precision"] == "day" and len(i["date"]) != 10 or i["precision"] == "minute" and len(i["date"]) != 25:
            bad.append(f"{i['id']}: date {i['date']} is not of precision {i['precision']}")
    for name, group in releases.items():
        seen = sorted(dt.datetime.fromisoformat(i["first_seen"].replace("Z", "+00:00")) for i in group)
        if len({i["lang"] for i in group}) > 1 or len({i["work"] for i in group}) > 1:
            bad.append(f"{name} has two languages or works")
        if (seen[-1] - seen[0]).days >= 14:
            bad.append(f"{name} spans more than 14 days")
    for name, pairs in works.items():
        if len(pairs) != len({lang for _, lang in pairs}):
            bad.append(f"{name} has two releases of one language")
    return bad


def check_size(items):
    works = defaultdict(set)
    for i in items:
        works[i["work"]].add(i["lang"])
    pairs = sum(len(v) == 2 for v in works.values())
    texts = sum(len(w["texts"]) for f in families() for w in f["works"])
    sealed = len({i["work"] for i in items if i["side"] == "sealed"}) / len(works)
    zh = sum(i["lang"] == "zh" for i in items) / len(items)
    days = {i["first_seen"][:10] for i in items}
    facts = {"items": (len(items), 620), "releases": (len({i["release"] for i in items}), 200), "sources": (len({i["source"] for i in items}), 12),
             "base texts": (texts, 70), "sibling pairs": (pairs, 60), "days": (len(days), DAYS - 1)}
    bad = [f"{k}: {n}, wanted at least {least}" for k, (n, least) in facts.items() if n < least]
    if not 0.30 <= sealed <= 0.37:
        bad.append(f"sealed share of works is {sealed:.3f}")
    if not 0.45 <= zh <= 0.55:
        bad.append(f"share of Chinese is {zh:.3f}")
    print("  ".join(f"{k} {n}" for k, (n, _) in facts.items()), f" works {len(works)}  sealed share of works {sealed:.3f}  share zh {zh:.3f}")
    return bad


def counts(items):
    for field in ("kind", "case", "lang", "source"):
        print(f"\n| {field} | open | sealed | all |\n|---|---|---|---|")
        table = Counter((i[field], i["side"]) for i in items)
        for value in sorted({i[field] for i in items}):
            a, b = table[value, "open"], table[value, "sealed"]
            print(f"| {value} | {a} | {b} | {a + b} |")
    print("\n| of | open | sealed | all |\n|---|---|---|---|")
    for field in ("id", "release", "work", "family"):
        a, b = (len({i[field] for i in items if i["side"] == p}) for p in ("open", "sealed"))
        print(f"| {field} | {a} | {b} | {a + b} |")


def check():
    items = load("open") + load("sealed")
    fresh = {i["id"]: i for i in make()}
    bad = [f"{i['id']} is not what the generator writes" for i in items if fresh.get(i["id"]) != i]
    if len(fresh) != len(items):
        bad.append(f"files hold {len(items)} items, the generator writes {len(fresh)}")
    bad += check_apart(items) + check_texts(items) + check_labels(items) + check_size(items)
    counts(items)
    for b in bad:
        print("BAD", b)
    return 1 if bad else 0


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(check())
    if "--settle" in sys.argv:
        settle()
    else:
        write()
