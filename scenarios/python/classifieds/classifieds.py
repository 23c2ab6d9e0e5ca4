#!/usr/bin/python3
"""Three pages of Millbrook Classifieds: a category, an ad, and a search.

This is a WSGI application for gunicorn and other servers, and a CGI script too: see the
last lines. CLASSIFIEDS_DB names the data set.
"""
import os
import re
import sqlite3
import threading
from datetime import datetime, timezone
from html import escape
from urllib.parse import parse_qsl, urlencode

SITE = "Millbrook Classifieds"
PER_PAGE = 25
SUMMARY = "ads.id, ads.title, place, price, posted, photos"
HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Security-Policy", "default-src 'none'; img-src 'self' data:; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
]
local = threading.local()


def application(environ, start_response):
    path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")  # as WSGI requires
    query = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    status, body = "404 Not Found", None
    for pattern, view in ROUTES:
        if match := re.fullmatch(pattern, path):
            body = view(query, *match.groups())
    if body is None:
        body = page("Not here · " + SITE, "message", """<h1>Not here</h1>
<p>There is no such page, or the ad was taken down.</p>
<p><a href="/">To all ads</a></p>""")
    else:
        status = "200 OK"
    body = body.encode()
    start_response(status, HEADERS + [("Content-Length", str(len(body)))])
    return [body]


def category(query, slug):
    found = select("SELECT id, slug, name, ads FROM categories WHERE slug = ?", slug)
    if not found:
        return None
    c = found[0]
    ads = select(f"SELECT {SUMMARY} FROM ads WHERE category = ? AND id < ? ORDER BY id DESC LIMIT ?",
                 c["id"], number(param(query, "before")) or 2**63 - 1, PER_PAGE + 1)
    return page(f"{c['name']} · {SITE}", "category", f"""
<nav aria-label="Breadcrumb"><a href="/">All ads</a></nav>
<h1>{escape(c["name"])} <small>{c["ads"]:,} ads</small></h1>
{"" if ads else '<p class="none">No older ads here.</p>'}
{listing(ads, f"/c/{c['slug']}?before=")}""")


def ad(query, ad_id):
    found = select(f"SELECT {SUMMARY}, body, seller, slug, name FROM ads JOIN categories ON categories.id = category WHERE ads.id = ?", number(ad_id))
    if not found:
        return None
    a = {key: escape(str(found[0][key])) for key in found[0].keys()}
    pictures = "\n".join(
        f'<img src="/photos/{p["hash"]}" width="{p["width"]}" height="{p["height"]}" alt="Photo {n} of {a["title"]}" loading="lazy">'
        for n, p in enumerate(select("SELECT hash, width, height FROM photos WHERE ad = ? ORDER BY id", found[0]["id"]), 1))
    notice = {"replied": "Your message is on its way.", "flagged": "Thank you: we will look at this ad."}.get(param(query, "done"))
    return page(f"{found[0]['title']} · {SITE}", "ad", f"""
<nav aria-label="Breadcrumb"><a href="/">All ads</a> › <a href="/c/{a["slug"]}">{a["name"]}</a></nav>
{f'<p class="notice" role="status">{notice}</p>' if notice else ""}
<article>
<h1>{a["title"]}</h1>
<p class="price">{price(found[0]["price"])}</p>
<p class="meta">{a["place"]} · <time datetime="{posted(found[0]):%Y-%m-%d}">{posted(found[0]):%-d %b %Y}</time> · offered by {a["seller"]}</p>
{f'<div class="photos">{pictures}</div>' if pictures else ""}
<p class="text">{a["body"]}</p>
</article>
<section aria-labelledby="reply">
<h2 id="reply">Write to {a["seller"]}</h2>
<form method="post" action="/ads/{a["id"]}/reply">
<div class="field"><label for="name">Your name</label><input id="name" name="name" type="text" autocomplete="name" maxlength="60" value="" required></div>
<div class="field"><label for="email">Your e-mail address</label><input id="email" name="email" type="email" autocomplete="email" maxlength="120" value="" required></div>
<div class="field"><label for="message">Message</label><textarea id="message" name="message" rows="5" maxlength="2000" required></textarea></div>
<button>Send</button>
</form>
</section>
<form class="flag" method="post" action="/ads/{a["id"]}/flag"><button class="quiet">Report this ad</button></form>""")


def search(query):
    typed = {name: param(query, name) for name in ("q", "category", "min", "max")}
    categories = select("SELECT id, slug, name FROM categories ORDER BY name")
    chosen = next((c["id"] for c in categories if c["slug"] == typed["category"]), 0)
    words = re.findall(r"[^\W_]+", typed["q"])[:8]
    low, high = cents(typed["min"]), cents(typed["max"])
    ads, problem = [], ""
    if not words:
        problem = "Type a word to search for."
    elif typed["category"] and not chosen:
        problem = "There is no such category."
    elif low is None or high is None:
        problem = "A price is a number, as in 25 or 12.50."
    elif high and low > high:
        problem = "The first price is above the second."
    else:
        ads = matching(words, number(param(query, "before")), chosen, low, high)
    typed = {name: escape(text) for name, text in typed.items()}
    options = "\n".join(f'<option value="{escape(c["slug"])}"{" selected" if c["id"] == chosen else ""}>{escape(c["name"])}</option>' for c in categories)
    nothing = "" if ads else '<p class="none">Nothing was found. Fewer words find more.</p>'
    following = urlencode(sorted((name, value) for name, value in query if name != "before"))
    return page("Search · " + SITE, "search", f"""
<h1>{f"Ads with “{typed['q']}”" if typed["q"] else "Search"}</h1>
<form class="filters" action="/search">
<label>Words <input type="search" name="q" value="{typed["q"]}"></label>
<label>Category <select name="category">
<option value="">All</option>
{options}</select></label>
<label>From $ <input name="min" inputmode="decimal" size="6" value="{typed["min"]}"></label>
<label>To $ <input name="max" inputmode="decimal" size="6" value="{typed["max"]}"></label>
<button>Search</button>
</form>
{f'<p class="problem" role="status">{problem}</p>' if problem else nothing}
{listing(ads, f"/search?{following}&before=")}""", typed["q"])


def matching(words, before, chosen, low, high):
    """The ads that have all the words. Each word is quoted, so that none is an operator."""
    conditions, values = ["search MATCH ?"], [" ".join(f'"{word}"' for word in words)]
    for condition, value in (("docid < ?", before), ("category = +?", chosen), ("price >= ?", low), ("price <= ?", high)):
        if value:
            conditions.append(condition)
            values.append(value)
    return select(f"SELECT {SUMMARY} FROM search CROSS JOIN ads ON ads.id = search.docid WHERE {' AND '.join(conditions)} ORDER BY docid DESC LIMIT ?",
                  *values, PER_PAGE + 1)


def select(sql, *values):
    """The rows of a query. Each thread keeps its connection for later requests."""
    if not hasattr(local, "db"):
        local.db = sqlite3.connect(os.environ["CLASSIFIEDS_DB"])
        local.db.row_factory = sqlite3.Row
    return local.db.execute(sql, values).fetchall()


def param(query, name):
    return next((value for key, value in query if key == name), "")


def number(text):
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else 0


AMOUNT = re.compile(r"(?!\$.*\$$)(?:\$\s*)?(?=[0-9.])([0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{0,12})(?:\.([0-9]{1,2}))?(?:\s*\$)?")


def cents(text):
    """Dollars as in "25", "12.50", "$1,250" or "5 $" in cents; None if it is not a price."""
    text = text.strip()
    if text == "":
        return 0
    found = AMOUNT.fullmatch(text)
    if not found:
        return None
    amount = 100 * int(found[1].replace(",", "") or 0) + int((found[2] or "").ljust(2, "0"))
    return amount if amount <= 100_000_000_000 else None


def price(amount):
    if amount == 0:
        return "Free"
    return f"${amount / 100:,.2f}" if amount % 100 else f"${amount // 100:,}"


def posted(row):
    return datetime.fromtimestamp(row["posted"], timezone.utc)


def listing(ads, following):
    """A page of ads. One more than that tells whether there is a next page."""
    items = []
    for a in ads[:PER_PAGE]:
        photos = {0: "", 1: " · 1 photo"}.get(a["photos"], f" · {a['photos']} photos")
        items.append(f'<li><a href="/ads/{a["id"]}">{escape(a["title"])}</a><b>{price(a["price"])}</b>'
                     f'<span>{escape(a["place"])} · {posted(a):%-d %b %Y}{photos}</span></li>\n')
    more = ""
    if len(ads) > PER_PAGE:
        more = f'<p class="more"><a rel="next" href="{escape(following)}{ads[PER_PAGE - 1]["id"]}">Older ads</a></p>'
    return f'<ul class="ads">\n{"".join(items)}</ul>\n{more}'


def page(title, kind, content, words=""):
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/site.98ab3659.css">
</head>
<body>
<a class="skip" href="#main">Skip to the ads</a>
<header class="site">
<a class="brand" href="/">Millbrook <span>Classifieds</span></a>
<form class="find" role="search" action="/search">
<input type="search" name="q" value="{words}" aria-label="Search all ads" placeholder="Search all ads">
<button>Search</button>
</form>
<a class="post" href="/post">Post an ad</a>
</header>
<main id="main" class="{kind}">
{content}
</main>
<footer class="site">
<p>Millbrook Classifieds. Meet in a public place, and look before you pay.</p>
</footer>
</body>
</html>
"""


ROUTES = (("/c/([^/]+)", category), ("/ads/([^/]+)", ad), ("/search", search))

if __name__ == "__main__":
    from wsgiref.handlers import CGIHandler

    CGIHandler().run(application)
