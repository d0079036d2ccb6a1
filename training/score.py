#!/usr/bin/env python3
"""Score enrichment predictions against a labelled gold set.

usage: score.py predictions.jsonl [--gold DIR] [--threshold 0.5] [--boot 1000] [--json out.json]
       DIR holds articles.jsonl, gold.jsonl and near_dups.json; default: the dev folder (../data/dev beside this tool)
       score.py --check            verify the gold set (offsets, hashes, segments, evidence)
       score.py --self             score the gold against itself (every F1 must be 1)
       score.py --empty            score an empty prediction

Prediction record (every key but id is optional; a missing document counts as an empty prediction):
{"id": "f02",
 "language": "en",
 "entities":  [{"start": 0, "end": 5, "type": "ORG"}],          character offsets into articles.jsonl text
 "canonical": [{"name": "Sam Altman", "type": "PERSON", "forms": ["Sam Altman", "Altman"]}],
 "themes":    [{"id": "tariffs", "score": 0.9}]  or  ["tariffs"],
 "segments":  [{"start": 0, "end": 900, "kind": "main|story|boilerplate"}],
 "events":    [{"type": "tariff", "imposer": "US", "target": "China", "partners": [], "products": [], "rate": "25%", "amount": null, "status": "announced"}],
 "normalised":[{"kind": "money", "start": 10, "end": 20, "value": 1e9, "currency": "USD"}, {"kind": "date", "start": 3, "end": 9, "iso": "2025-02-04"}],
 "near_duplicates": ["s01"]}
Entity types outside the gold inventory (CARDINAL, ORDINAL, QUANTITY, TIME, LANGUAGE ...) are ignored.
"""

import argparse, hashlib, json, os, random, re, sys
from collections import defaultdict

TYPES = [
    "PERSON",
    "ORG",
    "GPE",
    "LOC",
    "NORP",
    "FAC",
    "PRODUCT",
    "EVENT",
    "WORK_OF_ART",
    "LAW",
    "MONEY",
    "PERCENT",
    "DATE",
]
CORE = ["PERSON", "ORG", "GPE", "LOC", "NORP", "MONEY", "PERCENT", "DATE"]
THEMES = ["ai_partnership", "tariffs", "trade"]
HERE = os.path.dirname(os.path.abspath(__file__))
DEV = os.path.join(HERE, "..", "data", "dev")


def load(p):
    with open(p, encoding="utf-8") as f:
        return [json.loads(x) for x in f if x.strip()]


def prf(tp, fp, fn):
    p = tp / (tp + fp) if tp + fp else 0.0
    r = tp / (tp + fn) if tp + fn else 0.0
    return p, r, (2 * p * r / (p + r) if p + r else 0.0)


LEAD = re.compile(
    r"^(?:the|a|an|about|around|nearly|almost|roughly|approximately|an estimated|estimated|more than|less than|just over|just|over|under|at least|up to|as (?:much|high|many) as|some|only|another|early|late|earlier|the)\s+",
    re.I,
)


def norm_span(text, s, e):
    """Trim what annotators disagree on: leading determiner or approximator, possessive, outer punctuation and space."""
    while s < e:
        t = text[s:e]
        m = LEAD.match(t)
        if m and m.end() < len(t):
            s += m.end()
            continue
        m = re.search(r"(?:['’]s|['’])$", t)
        if m and m.start() > 0:
            e = s + m.start()
            continue
        if t[0] in " \t\n\xa0\"“”‘('_[-–—•":
            s += 1
            continue
        if t[-1] in " \t\n\xa0\"“”’)'_],;:-–—" or (t[-1] == "." and False):
            e -= 1
            continue
        break
    return s, e


def ents_of(rec, text):
    out = []
    for x in rec.get("entities") or []:
        t = (x.get("type") or x.get("label") or "").upper()
        if t in TYPES and 0 <= x["start"] < x["end"] <= len(text):
            out.append((x["start"], x["end"], t))
    return sorted(set(out))


def match_overlap(g, p, typed):
    used, tp = set(), 0
    for a, b, t in g:
        best, bo = None, 0
        for j, (c, d, u) in enumerate(p):
            if j in used or (typed and u != t):
                continue
            o = min(b, d) - max(a, c)
            if o > bo:
                best, bo = j, o
        if best is not None:
            used.add(best)
            tp += 1
    return tp, len(p) - tp, len(g) - tp


def ent_counts(g, p, text):
    """per-document counts: {measure: {type or 'ALL': [tp, fp, fn]}}"""
    res = {}
    ng = sorted({(*norm_span(text, a, b), t) for a, b, t in g})
    np_ = sorted({(*norm_span(text, a, b), t) for a, b, t in p})
    for name, gs, ps in (("exact", set(g), set(p)), ("normalised", set(ng), set(np_))):
        c = {}
        for t in TYPES:
            G = {x for x in gs if x[2] == t}
            P = {x for x in ps if x[2] == t}
            c[t] = [len(G & P), len(P - G), len(G - P)]
        c["ALL"] = [sum(c[t][i] for t in TYPES) for i in range(3)]
        c["CORE"] = [sum(c[t][i] for t in CORE) for i in range(3)]
        res[name] = c
    c = {"ALL": list(match_overlap(g, p, True))}
    for t in TYPES:
        c[t] = list(match_overlap([x for x in g if x[2] == t], [x for x in p if x[2] == t], True))
    c["CORE"] = [sum(c[t][i] for t in CORE) for i in range(3)]
    res["overlap+type"] = c
    res["overlap span only"] = {"ALL": list(match_overlap(g, p, False))}
    return res


ALIAS = {
    "us": "united states",
    "u.s.": "united states",
    "usa": "united states",
    "u.s": "united states",
    "america": "united states",
    "eu": "european union",
    "uk": "united kingdom",
    "beijing": "china",
    "washington": "united states",
    "brussels": "european union",
    "ottawa": "canada",
    "aws": "amazon web services",
    "korea": "south korea",
    "softbank": "softbank group",
    "softbank group corp": "softbank group",
    "kakao corp": "kakao",
    "oracle corp": "oracle",
    "huawei technologies": "huawei",
    "sk group": "sk",
}


def nm(x):
    x = re.sub(r"\s+", " ", str(x or "").strip().lower().replace("’", "'"))
    x = re.sub(r"^the ", "", x)
    x = re.sub(r"'s$", "", x)
    x = re.sub(r",? (inc|corp|co|ltd|llc|plc|se|ag|n\.?v|group holding ltd)\.?$", "", x)
    return ALIAS.get(x, x)


def names(v):
    if not v:
        return set()
    if isinstance(v, str):
        v = re.split(r",| and ", v)
    return {nm(y.get("name") if isinstance(y, dict) else y) for y in v if y}


def ev_roles(e):
    parts = names(e.get("partners")) | names(e.get("parties"))
    return {"parties": parts, "imposer": names(e.get("imposer")), "target": names(e.get("target"))}


def role_ok(g, p):
    """Enough of the gold roles are named, and at least half of what is named is gold: listing everybody does not help."""
    a, b = ev_roles(g), ev_roles(p)
    if a["parties"]:
        q = b["parties"] | b["imposer"] | b["target"]
        hit = len(a["parties"] & q)
        return hit >= min(2, len(a["parties"])) and 2 * hit >= len(q)
    for r in ("imposer", "target"):
        if a[r]:
            q = b[r] or b["parties"]
            hit = len(a[r] & q)
            if not hit or 2 * hit < len(q):
                return False
    return True


def num(x):
    m = re.search(r"\d+(?:[.,]\d+)*", str(x or ""))
    return m.group(0).replace(",", "") if m else None


def pair(ge, pe, ok):
    """One-to-one pairs of gold and predicted events: as many as possible, agreeing in status and rate where there is a choice."""
    got = {}  # predicted index -> gold index

    def try_(i, edges, seen):
        for j in edges[i]:
            if j not in seen:
                seen.add(j)
                if j not in got or try_(got[j], edges, seen):
                    got[j] = i
                    return True
        return False

    full = [[j for j, x in enumerate(pe) if ok(e, x)] for e in ge]
    for want in (
        lambda e, x: e.get("status") == x.get("status") and num(e.get("rate")) == num(x.get("rate")),
        lambda e, x: e.get("status") == x.get("status"),
        lambda e, x: True,
    ):
        edges = [[j for j in full[i] if want(e, pe[j]) or got.get(j) == i] for i, e in enumerate(ge)]
        for i in range(len(ge)):
            if i not in got.values():
                try_(i, edges, set())
    return {i: j for j, i in got.items()}


def themes_of(rec, thr):
    out = {}
    for x in rec.get("themes") or []:
        if isinstance(x, str):
            out[x] = 1.0
        else:
            out[x.get("id") or x.get("theme") or x.get("label")] = float(x.get("score", 1.0))
    return {k for k, v in out.items() if v >= thr}


def boot(docs, f, n, seed=7):
    rnd = random.Random(seed)
    vals = []
    if not docs or n <= 0:
        return (float("nan"),) * 2
    for _ in range(n):
        vals.append(f([docs[rnd.randrange(len(docs))] for _ in docs]))
    vals.sort()
    return vals[int(0.025 * n)], vals[min(n - 1, int(0.975 * n))]


def f_of(rows):
    return prf(*[sum(r[i] for r in rows) for i in range(3)])[2]


def main_mask(segs, n):
    m = bytearray(n)
    for s in segs or []:
        if s.get("kind") == "main":
            for i in range(max(0, s["start"]), min(n, s["end"])):
                m[i] = 1
    return m


def score(gold, arts, preds, nd, thr, nboot):
    A = {a["id"]: a for a in arts}
    P = {p["id"]: p for p in preds}
    R = {}
    line = print
    line(f"documents: {len(gold)} gold, {len([g for g in gold if g['id'] in P])} predicted")
    full = [g for g in gold if g["labelled"] == "full"]
    # entities
    for scope in ("all text", "main story only"):
        rows = []
        for g in full:
            t = A[g["id"]]["text"]
            ge = ents_of(g, t)
            pe = ents_of(P.get(g["id"], {}), t)
            if scope != "all text":
                m = main_mask(g["segments"], len(t))
                ge = [x for x in ge if m[x[0]]]
                pe = [x for x in pe if m[x[0]]]
            rows.append(ent_counts(ge, pe, t))
        line(f"\n== entities, {scope} ({len(full)} documents) ==")
        for meas in ("exact", "normalised", "overlap+type", "overlap span only"):
            tot = [sum(r[meas]["ALL"][i] for r in rows) for i in range(3)]
            p, r, f = prf(*tot)
            lo, hi = boot([x[meas]["ALL"] for x in rows], f_of, nboot)
            line(f"{meas:18s} all  P {p:.3f} R {r:.3f} F1 {f:.3f}  [{lo:.3f}, {hi:.3f}]")
            R[f"entities/{scope}/{meas}"] = dict(p=p, r=r, f1=f, ci=[lo, hi])
            if "CORE" in rows[0][meas]:
                p, r, f = prf(*[sum(x[meas]["CORE"][i] for x in rows) for i in range(3)])
                line(f"{'':18s} core P {p:.3f} R {r:.3f} F1 {f:.3f}")
                R[f"entities/{scope}/{meas}/core"] = dict(p=p, r=r, f1=f)
        line(f"{'type':12s} {'gold':>5s}   exact P/R/F1          normalised P/R/F1     overlap F1")
        for ty in TYPES:
            e = [sum(x["exact"][ty][i] for x in rows) for i in range(3)]
            n = [sum(x["normalised"][ty][i] for x in rows) for i in range(3)]
            o = [sum(x["overlap+type"][ty][i] for x in rows) for i in range(3)]
            a, b, c = prf(*e), prf(*n), prf(*o)
            line(
                f"{ty:12s} {e[0] + e[2]:5d}   {a[0]:.3f} {a[1]:.3f} {a[2]:.3f}     {b[0]:.3f} {b[1]:.3f} {b[2]:.3f}     {c[2]:.3f}"
            )
            R[f"entities/{scope}/type/{ty}"] = dict(gold=e[0] + e[2], exact=a, normalised=b, overlap=c)
    # canonical: pairs of surface forms put in one cluster
    tp = fp = fn = 0
    for g in full:

        def pairs(rec):
            s = set()
            for c in rec.get("canonical") or []:
                fs = sorted({re.sub(r"^(the|The) ", "", x.replace("\xa0", " ")) for x in c.get("forms") or []})
                s |= {(a, b) for i, a in enumerate(fs) for b in fs[i + 1 :]}
            return s

        a, b = pairs(g), pairs(P.get(g["id"], {}))
        tp += len(a & b)
        fp += len(b - a)
        fn += len(a - b)
    p, r, f = prf(tp, fp, fn)
    line(f"\n== canonical (linked pairs of surface forms, {tp + fn} gold) ==\nP {p:.3f} R {r:.3f} F1 {f:.3f}")
    R["canonical"] = dict(p=p, r=r, f1=f)
    # themes
    for label, key, keep in (
        ("document themes (main story)", "themes", lambda g, t: t not in g["theme_doubt"]),
        ("any story in the text counts", "themes_any", lambda g, t: t not in g["theme_doubt"]),
        ("main story, doubtful labels kept", "themes", lambda g, t: True),
    ):
        line(f"\n== themes: {label} (threshold {thr}) ==")
        macro = []
        allrows = []
        base = [g for g in gold if not g.get("derived")]
        for th in THEMES:
            rows = []
            errs = []
            for g in base:
                if not keep(g, th):
                    continue
                y = th in g[key]
                q = th in themes_of(P.get(g["id"], {}), thr)
                rows.append([int(y and q), int(q and not y), int(y and not q)])
                if y != q:
                    errs.append(("+" if q else "-") + g["id"])
            c = [sum(x[i] for x in rows) for i in range(3)]
            p, r, f = prf(*c)
            lo, hi = boot(rows, f_of, nboot)
            macro.append(f)
            allrows += rows
            line(
                f"{th:15s} n+={c[0] + c[2]:3d} of {len(rows):3d}  P {p:.3f} R {r:.3f} F1 {f:.3f}  [{lo:.3f}, {hi:.3f}]  errors: {' '.join(errs[:14])}{' ...' if len(errs) > 14 else ''}"
            )
            R[f"themes/{label}/{th}"] = dict(p=p, r=r, f1=f, ci=[lo, hi], errors=errs)
        p, r, f = prf(*[sum(x[i] for x in allrows) for i in range(3)])
        line(f"{'micro':15s} P {p:.3f} R {r:.3f} F1 {f:.3f}   macro F1 {sum(macro) / 3:.3f}")
        R[f"themes/{label}/micro"] = dict(p=p, r=r, f1=f)
    # language
    ok = [g for g in gold if (P.get(g["id"], {}).get("language") or "").lower().split("-")[0] == g["language"]]
    non = [g for g in gold if g["language"] != "en"]
    line(
        f"\n== language ==\naccuracy {len(ok)}/{len(gold)} = {len(ok) / len(gold):.3f}; non-English {len([g for g in ok if g['language'] != 'en'])}/{len(non)}"
    )
    R["language"] = len(ok) / len(gold)
    # near duplicates
    gp = {frozenset((x["a"], x["b"])) for x in nd["pairs"]}
    pp = set()
    for q in preds:
        v = q.get("near_duplicates") or ([q["duplicate_of"]] if q.get("duplicate_of") else [])
        pp |= {frozenset((q["id"], x if isinstance(x, str) else x.get("id"))) for x in v}
    pp = {x for x in pp if len(x) == 2}
    p, r, f = prf(len(gp & pp), len(pp - gp), len(gp - pp))
    line(
        f"\n== near duplicates ==\nfound {len(gp & pp)} of {len(gp)} pairs, false pairs {len(pp - gp)}: {sorted(map(sorted, pp - gp))[:5]}; missed {sorted(map(sorted, gp - pp))}"
    )
    R["near_duplicates"] = dict(p=p, r=r, f1=f)
    # segments
    tp = fp = fn = 0
    btp = bfp = bfn = 0
    n = 0
    for g in full:
        if len(g["segments"]) < 2:
            continue
        n += 1
        t = A[g["id"]]["text"]
        q = P.get(g["id"], {}).get("segments") or []
        a, b = main_mask(g["segments"], len(t)), main_mask(q, len(t))
        for i, ch in enumerate(t):
            if ch.isspace():
                continue
            tp += a[i] & b[i]
            fp += b[i] & ~a[i] & 1
            fn += a[i] & ~b[i] & 1
        ga = [s["start"] for s in g["segments"] if s["kind"] == "story"]
        pa = [s["start"] for s in q if s.get("kind") == "story"]
        used = set()
        for x in ga:
            j = next((k for k, y in enumerate(pa) if k not in used and abs(x - y) <= 25), None)
            if j is None:
                bfn += 1
            else:
                used.add(j)
                btp += 1
        bfp += len(pa) - len(used)
    p, r, f = prf(tp, fp, fn)
    p2, r2, f2 = prf(btp, bfp, bfn)
    line(
        f"\n== segments ({n} documents with more than one) ==\nmain-story characters P {p:.3f} R {r:.3f} F1 {f:.3f}; starts of other stories P {p2:.3f} R {r2:.3f} F1 {f2:.3f} ({btp + bfn} gold, tolerance 25 characters)"
    )
    R["segments"] = dict(main=f, stories=f2)
    # events
    line(f"\n== events ({len([g for g in full if g['events']])} documents with events, {len(full)} scored) ==")
    for mode in ("type only", "type and roles"):
        st_ok = st_n = rt_ok = rt_n = 0
        per = defaultdict(lambda: [0, 0, 0])
        for g in full:
            ge = g["events"]
            pe = list(P.get(g["id"], {}).get("events") or [])
            m = pair(ge, pe, lambda e, x: x.get("type") == e["type"] and (mode == "type only" or role_ok(e, x)))
            for i, e in enumerate(ge):
                if i not in m:
                    per[e["type"]][2] += 1
                    continue
                x = pe[m[i]]
                per[e["type"]][0] += 1
                st_n += 1
                st_ok += x.get("status") == e["status"]
                if num(e.get("rate")):
                    rt_n += 1
                    rt_ok += num(e["rate"]) == num(x.get("rate"))
            for k, x in enumerate(pe):
                if k not in m.values():
                    per[x.get("type")][1] += 1
        p, r, f = prf(*[sum(v[i] for v in per.values()) for i in range(3)])
        line(
            f"{mode:15s} P {p:.3f} R {r:.3f} F1 {f:.3f}; of those matched: status right {st_ok}/{st_n}, rate right {rt_ok}/{rt_n}   "
            + "  ".join(f"{k}: {v[0]}/{v[0] + v[2]} (+{v[1]} false)" for k, v in sorted(per.items(), key=str))
        )
        R[f"events/{mode}"] = dict(p=p, r=r, f1=f, status=[st_ok, st_n], rate=[rt_ok, rt_n])
    # normalised values
    c = defaultdict(lambda: [0, 0, 0])
    for g in full:
        q = P.get(g["id"], {}).get("normalised") or []
        for x in g["normalised"]:
            m = [
                y
                for y in q
                if y.get("kind") == x["kind"]
                and (
                    (y.get("start") is not None and y["start"] < x["end"] and x["start"] < y["end"])
                    or (y.get("start") is None and y.get("text") and (y["text"] in x["text"] or x["text"] in y["text"]))
                )
            ]
            k = c[x["kind"]]
            k[1] += 1
            if not m:
                continue
            k[2] += 1
            if x["kind"] == "money":
                k[0] += any(
                    abs(float(y.get("value") or 0) - x["value"]) <= 1e-6 * max(1, abs(x["value"]))
                    and y.get("currency") == x["currency"]
                    for y in m
                )
            else:
                k[0] += any(str(y.get("iso")) == x["iso"] for y in m)
    for k in ("money", "date"):
        a, b, d = c[k]
        line(
            f"\n== normalised {k} ==\nright {a}/{b} (found {d})"
            if k == "money"
            else f"== normalised date ==\nright {a}/{b} (found {d})"
        )
        R[f"normalised/{k}"] = [a, b, d]
    return R


def check(gold, arts, nd):
    A = {a["id"]: a for a in arts}
    bad = 0

    def err(*x):
        nonlocal bad
        bad += 1
        print("BAD", *x)

    assert len(A) == len(arts) == len(gold) == len({g["id"] for g in gold})
    for g in gold:
        t = A[g["id"]]["text"]
        if hashlib.sha256(t.encode()).hexdigest() != g["text_sha256"]:
            err(g["id"], "hash")
        last = 0
        for e in g.get("entities") or []:
            if t[e["start"] : e["end"]] != e["text"]:
                err(g["id"], "offset", e)
            if e["start"] < last:
                err(g["id"], "overlap", e)
            if e["type"] not in TYPES:
                err(g["id"], "type", e)
            if e["text"] != e["text"].strip():
                err(g["id"], "space", e)
            last = e["end"]
        for th in g["themes"] + g["themes_any"]:
            if th not in THEMES:
                err(g["id"], th)
        if "tariffs" in g["themes"] and "trade" not in g["themes"]:
            err(g["id"], "tariffs without trade")
        surf = {e["text"].replace("\xa0", " ") for e in g.get("entities") or []}
        for c in g.get("canonical") or []:
            for f in c["forms"]:
                if f not in surf:
                    err(g["id"], "form", f)
        for ev in g.get("events") or []:
            if t[ev["evidence_start"] : ev["evidence_end"]] != ev["evidence"]:
                err(g["id"], "evidence", ev)
        last = 0
        for s in g.get("segments") or []:
            if s["start"] < last or s["end"] > len(t):
                err(g["id"], "segment", s)
            last = s["end"]
    for x in nd["pairs"] + nd["not_pairs"]:
        if x["a"] not in A or x["b"] not in A:
            err("pair", x)
    print("checked", len(gold), "records;", bad, "problems")
    return bad


def as_pred(gold, nd):
    near = defaultdict(list)
    for x in nd["pairs"]:
        near[x["a"]].append(x["b"])
    return [
        dict(
            id=g["id"],
            language=g["language"],
            entities=[{k: e[k] for k in ("start", "end", "type")} for e in g.get("entities") or []],
            canonical=g.get("canonical"),
            themes=[{"id": t, "score": 1.0} for t in g["themes"]],
            segments=g.get("segments"),
            events=g.get("events"),
            normalised=g.get("normalised"),
            near_duplicates=near[g["id"]],
        )
        for g in gold
    ]


if __name__ == "__main__":
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("predictions", nargs="?")
    ap.add_argument("--gold", default=DEV, help="folder with articles.jsonl, gold.jsonl, near_dups.json")
    ap.add_argument("--threshold", type=float, default=0.5)
    ap.add_argument("--boot", type=int, default=1000)
    ap.add_argument("--json")
    ap.add_argument("--check", action="store_true")
    ap.add_argument("--self", action="store_true")
    ap.add_argument("--empty", action="store_true")
    ap.add_argument("--skip-public", action="store_true", help="leave out records marked public (the seed document)")
    a = ap.parse_args()
    gold = load(os.path.join(a.gold, "gold.jsonl"))
    arts = load(os.path.join(a.gold, "articles.jsonl"))
    nd = json.load(open(os.path.join(a.gold, "near_dups.json")))
    if a.check:
        sys.exit(1 if check(gold, arts, nd) else 0)
    if a.skip_public:
        gold = [g for g in gold if not g.get("public")]
    if a.self:
        preds = as_pred(gold, nd)
    elif a.empty:
        preds = []
    elif a.predictions:
        preds = load(a.predictions)
    else:
        ap.error("predictions file, --check, --self or --empty")
    R = score(gold, arts, preds, nd, a.threshold, a.boot)
    if a.json:
        json.dump(R, open(a.json, "w"), indent=1)
