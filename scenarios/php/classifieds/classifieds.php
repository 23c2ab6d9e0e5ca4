<?php
// Three pages of Millbrook Classifieds: a category, an ad, and a search. The same file
// runs as a CGI program and under PHP-FPM, where the connection to the database
// outlives the request. CLASSIFIEDS_DB names the data set.
declare(strict_types=1);

const SITE = 'Millbrook Classifieds';
const PER_PAGE = 25;
const SUMMARY = 'ads.id, ads.title, place, price, posted, photos';

$db = new PDO('sqlite:' . getenv('CLASSIFIEDS_DB'), options: [PDO::ATTR_PERSISTENT => true, PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_OBJ]);
$path = rawurldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) ?: '/');
header('Content-Type: text/html; charset=utf-8');
header("Content-Security-Policy: default-src 'none'; img-src 'self' data:; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
header('X-Content-Type-Options: nosniff');
if (!match (true) {
    preg_match('{^/c/([^/]+)$}', $path, $m) === 1 => category($m[1]),
    preg_match('{^/ads/([^/]+)$}', $path, $m) === 1 => ad(number($m[1])),
    $path === '/search' => search(),
    default => false,
}) {
    http_response_code(404);
    page('Not here · ' . SITE, 'message', function () { ?>
<h1>Not here</h1>
<p>There is no such page, or the ad was taken down.</p>
<p><a href="/">To all ads</a></p>
<?php });
}

function category(string $slug): bool
{
    $c = query('SELECT id, slug, name, ads FROM categories WHERE slug = ?', $slug)[0] ?? null;
    if (!$c) {
        return false;
    }
    $ads = query('SELECT ' . SUMMARY . ' FROM ads WHERE category = ? AND id < ? ORDER BY id DESC LIMIT ?',
        $c->id, number(param('before')) ?: PHP_INT_MAX, PER_PAGE + 1);
    return page("$c->name · " . SITE, 'category', function () use ($c, $ads) { ?>
<nav aria-label="Breadcrumb"><a href="/">All ads</a></nav>
<h1><?= h($c->name) ?> <small><?= number_format($c->ads) ?> ads</small></h1>
<?php if (!$ads): ?><p class="none">No older ads here.</p><?php endif ?>
<?php listing($ads, "/c/$c->slug?before=");
    });
}

function ad(int $id): bool
{
    $ad = query('SELECT ' . SUMMARY . ', body, seller, slug, name FROM ads JOIN categories ON categories.id = category WHERE ads.id = ?', $id)[0] ?? null;
    if (!$ad) {
        return false;
    }
    $photos = $ad->photos ? query('SELECT hash, width, height FROM photos WHERE ad = ? ORDER BY id', $id) : [];
    $notice = ['replied' => 'Your message is on its way.', 'flagged' => 'Thank you: we will look at this ad.'][param('done')] ?? '';
    return page("$ad->title · " . SITE, 'ad', function () use ($ad, $photos, $notice) { ?>
<nav aria-label="Breadcrumb"><a href="/">All ads</a> › <a href="/c/<?= h($ad->slug) ?>"><?= h($ad->name) ?></a></nav>
<?php if ($notice): ?><p class="notice" role="status"><?= h($notice) ?></p><?php endif ?>
<article>
<h1><?= h($ad->title) ?></h1>
<p class="price"><?= price($ad->price) ?></p>
<p class="meta"><?= h($ad->place) ?> · <time datetime="<?= gmdate('Y-m-d', $ad->posted) ?>"><?= gmdate('j M Y', $ad->posted) ?></time> · offered by <?= h($ad->seller) ?></p>
<?php if ($photos): ?><div class="photos">
<?php foreach ($photos as $n => $p): ?><img src="/photos/<?= $p->hash ?>" width="<?= $p->width ?>" height="<?= $p->height ?>" alt="Photo <?= $n + 1 ?> of <?= h($ad->title) ?>" loading="lazy">
<?php endforeach ?></div><?php endif ?>
<p class="text"><?= h($ad->body) ?></p>
</article>
<section aria-labelledby="reply">
<h2 id="reply">Write to <?= h($ad->seller) ?></h2>
<form method="post" action="/ads/<?= $ad->id ?>/reply">
<div class="field"><label for="name">Your name</label><input id="name" name="name" type="text" autocomplete="name" maxlength="60" value="" required></div>
<div class="field"><label for="email">Your e-mail address</label><input id="email" name="email" type="email" autocomplete="email" maxlength="120" value="" required></div>
<div class="field"><label for="message">Message</label><textarea id="message" name="message" rows="5" maxlength="2000" required></textarea></div>
<button>Send</button>
</form>
</section>
<form class="flag" method="post" action="/ads/<?= $ad->id ?>/flag"><button class="quiet">Report this ad</button></form>
<?php });
}

function search(): bool
{
    $categories = query('SELECT id, slug, name FROM categories ORDER BY name');
    $chosen = array_column($categories, 'id', 'slug')[param('category')] ?? 0;
    $words = array_slice(preg_split('/[^\p{L}\p{N}\p{Mn}]+/u', param('q'), flags: PREG_SPLIT_NO_EMPTY) ?: [], 0, 8);
    [$min, $max] = [cents(param('min')), cents(param('max'))];
    $problem = match (true) {
        !$words => 'Type a word to search for.',
        param('category') !== '' && !$chosen => 'There is no such category.',
        $min === null || $max === null => 'A price is a number, as in 25 or 12.50.',
        $max && $min > $max => 'The first price is above the second.',
        default => '',
    };
    $ads = $problem ? [] : found($words, $chosen, $min, $max);
    $next = array_diff_key($_GET, ['before' => 0]);
    ksort($next);
    return page('Search · ' . SITE, 'search', function () use ($categories, $problem, $ads, $next) { ?>
<h1><?= param('q') === '' ? 'Search' : 'Ads with “' . h(param('q')) . '”' ?></h1>
<form class="filters" action="/search">
<label>Words <input type="search" name="q" value="<?= h(param('q')) ?>"></label>
<label>Category <select name="category">
<option value="">All</option>
<?php foreach ($categories as $c): ?><option value="<?= h($c->slug) ?>"<?= $c->slug === param('category') ? ' selected' : '' ?>><?= h($c->name) ?></option>
<?php endforeach ?></select></label>
<label>From $ <input name="min" inputmode="decimal" size="6" value="<?= h(param('min')) ?>"></label>
<label>To $ <input name="max" inputmode="decimal" size="6" value="<?= h(param('max')) ?>"></label>
<button>Search</button>
</form>
<?php if ($problem): ?><p class="problem" role="status"><?= h($problem) ?></p>
<?php elseif (!$ads): ?><p class="none">Nothing was found. Fewer words find more.</p><?php endif ?>
<?php listing($ads, '/search?' . http_build_query($next) . '&before=');
    }, param('q'));
}

// found returns the ads that have all the words, newest first. Each word is quoted, so that
// none is an operator of the full-text search.
function found(array $words, int $category, int $min, int $max): array
{
    $conditions = ['docid < ?' => number(param('before')), 'category = +?' => $category, 'price >= ?' => $min, 'price <= ?' => $max];
    $conditions = ['search MATCH ?' => '"' . implode('" "', $words) . '"'] + array_filter($conditions);
    return query('SELECT ' . SUMMARY . ' FROM search CROSS JOIN ads ON ads.id = search.docid WHERE ' . implode(' AND ', array_keys($conditions)) .
        ' ORDER BY docid DESC LIMIT ?', ...array_values($conditions), ...[PER_PAGE + 1]);
}

function query(string $sql, int|string ...$values): array
{
    global $db;
    $statement = $db->prepare($sql);
    foreach ($values as $n => $value) {
        $statement->bindValue($n + 1, $value, is_int($value) ? PDO::PARAM_INT : PDO::PARAM_STR);
    }
    $statement->execute();
    return $statement->fetchAll();
}

function param(string $name): string
{
    return is_string($_GET[$name] ?? null) ? $_GET[$name] : '';
}

function number(string $s): int
{
    return filter_var($s, FILTER_VALIDATE_INT, ['options' => ['min_range' => 1]]) ?: 0;
}

// cents reads dollars, as in "25", "12.50", "$1,250" or "5 $", and returns null for anything
// else.
function cents(string $s): ?int
{
    $s = trim($s);
    if ($s === '') {
        return 0;
    }
    $amount = '/^(?!\$.*\$$)(?:\$\s*)?(?=[0-9.])([0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{0,12})(?:\.([0-9]{1,2}))?(?:\s*\$)?$/Du';
    if (!preg_match($amount, $s, $m)) {
        return null;
    }
    $cents = 100 * (int) str_replace(',', '', $m[1]) + (int) str_pad($m[2] ?? '', 2, '0');
    return $cents <= 100_000_000_000 ? $cents : null;
}

function price(int $cents): string
{
    return $cents === 0 ? 'Free' : '$' . number_format($cents / 100, $cents % 100 ? 2 : 0);
}

function h(string $text): string
{
    return htmlspecialchars($text);
}

// listing shows a page of ads. One more than that tells whether there is a next page.
function listing(array $ads, string $next): void
{
    $page = array_slice($ads, 0, PER_PAGE); ?>
<ul class="ads">
<?php foreach ($page as $ad): ?><li><a href="/ads/<?= $ad->id ?>"><?= h($ad->title) ?></a><b><?= price($ad->price) ?></b><span><?= h($ad->place) ?> · <?= gmdate('j M Y', $ad->posted) ?><?= match ($ad->photos) { 0 => '', 1 => ' · 1 photo', default => " · $ad->photos photos" } ?></span></li>
<?php endforeach ?></ul>
<?php if (count($ads) > PER_PAGE): ?><p class="more"><a rel="next" href="<?= h($next . end($page)->id) ?>">Older ads</a></p><?php endif;
}

function page(string $title, string $class, callable $content, string $words = ''): bool
{ ?>
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title><?= h($title) ?></title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/site.98ab3659.css">
</head>
<body>
<a class="skip" href="#main">Skip to the ads</a>
<header class="site">
<a class="brand" href="/">Millbrook <span>Classifieds</span></a>
<form class="find" role="search" action="/search">
<input type="search" name="q" value="<?= h($words) ?>" aria-label="Search all ads" placeholder="Search all ads">
<button>Search</button>
</form>
<a class="post" href="/post">Post an ad</a>
</header>
<main id="main" class="<?= $class ?>">
<?php $content() ?>
</main>
<footer class="site">
<p>Millbrook Classifieds. Meet in a public place, and look before you pay.</p>
</footer>
</body>
</html>
<?php return true;
}
