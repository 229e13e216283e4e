"""Validate the corpus; run by gen.py --check."""
import datetime as dt
import json
import re
import unicodedata
from collections import Counter, defaultdict

import gen
from tables import FOOT, HANT, HEAD, INTRO


def load(part):
    with open(gen.HERE / f"{part}.jsonl", encoding="utf-8") as f:
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
    for family in gen.families():
        if family["path"].parent.name != gen.side(family["id"]):
            bad.append(f"{family['path'].name} does not lie in base/{gen.side(family['id'])}; run --settle")
        for work in family["works"]:
            for text in work["texts"].values():
                for p in text["paras"]:
                    if len(p) >= 30 and owner.setdefault(p, family["id"]) != family["id"]:
                        bad.append(f"paragraph of {owner[p]} also in {family['id']}: {p[:40]}")
    known = {gen.hant(x) for x in frames()} | {gen.full_width(x) for x in frames()} | frames()
    parts = {}
    for i in items:
        for p in i["text"].split("\n"):
            if len(p) >= 60 and p not in known and not re.match(r"Address: |地址：|Copyright|The content|Correction|.* \| .* min read$", p):
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


SIMPLE = {b: a for a, b in HANT.items()}


def grams(text):
    letters = [SIMPLE.get(c, c) for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum()]
    return {"".join(letters[i:i + 8]) for i in range(len(letters) - 7)}


def check_verbatim(items):
    """An excerpt has about half of its release or more; works in their own words share less than half."""
    bad, first, own = [], {}, defaultdict(list)
    for i in items:
        first.setdefault(i["release"], i)
    for i in items:
        if i["kind"] == "excerpt":
            whole = grams(first[i["release"]]["text"])
            share = len(whole & grams(i["text"])) / len(whole)
            if share < 0.42:  # frames, and the original's own frame, weigh on short texts
                bad.append(f"{i['id']} is an excerpt of {share:.2f} only")
    for i in first.values():
        if i["case"] in ("two-ministries", "qa", "speech"):
            own[i["family"], i["lang"]].append(i)
    for group in own.values():
        for a in group:
            for b in group:
                x, y = grams(a["text"]), grams(b["text"])
                if a["release"] < b["release"] and len(x & y) >= 0.5 * min(len(x), len(y)):
                    bad.append(f"{a['release']} and {b['release']} share half of their words")
    return bad


def check_size(items):
    works = defaultdict(set)
    for i in items:
        works[i["work"]].add(i["lang"])
    pairs = sum(len(v) == 2 for v in works.values())
    texts = sum(len(w["texts"]) for f in gen.families() for w in f["works"])
    sealed = len({i["work"] for i in items if i["side"] == "sealed"}) / len(works)
    zh = sum(i["lang"] == "zh" for i in items) / len(items)
    days = {i["first_seen"][:10] for i in items}
    facts = {"items": (len(items), 620), "releases": (len({i["release"] for i in items}), 200), "sources": (len({i["source"] for i in items}), 12),
             "base texts": (texts, 70), "sibling pairs": (pairs, 60), "days": (len(days), gen.DAYS - 1)}
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
    shape(items)
    print("\n| of | open | sealed | all |\n|---|---|---|---|")
    for field in ("id", "release", "work", "family"):
        a, b = (len({i[field] for i in items if i["side"] == p}) for p in ("open", "sealed"))
        print(f"| {field} | {a} | {b} | {a + b} |")


def shape(items):
    works = defaultdict(dict)
    for i in items:
        if i["kind"] != "republished":
            works[i["work"]].setdefault(i["lang"], i)
    table = Counter()
    for pair in works.values():
        part = next(iter(pair.values()))["side"]
        numbers = {re.findall(r"\d{7,8}(?=[./]|$)", i["url"])[-1] for i in pair.values() if re.search(r"\d{8}(?=[./]|$)", i["url"])}
        table["no sibling" if len(pair) < 2 else "pair, one serial" if len(numbers) == 1 else "pair, two serials", part] += 1
    print("\n| works | open | sealed | all |\n|---|---|---|---|")
    for name in ("pair, one serial", "pair, two serials", "no sibling"):
        print(f"| {name} | {table[name, 'open']} | {table[name, 'sealed']} | {table[name, 'open'] + table[name, 'sealed']} |")


def check():
    items = load("open") + load("sealed")
    fresh = {i["id"]: i for i in gen.make()}
    bad = [f"{i['id']} is not what the generator writes" for i in items if fresh.get(i["id"]) != i]
    if len(fresh) != len(items):
        bad.append(f"files hold {len(items)} items, the generator writes {len(fresh)}")
    bad += check_apart(items) + check_texts(items) + check_labels(items) + check_verbatim(items) + check_size(items)
    counts(items)
    for b in bad:
        print("BAD", b)
    return 1 if bad else 0
