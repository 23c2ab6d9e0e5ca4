<?php
// A guestbook. GET shows the newest entries; POST signs it. The
// file that GUESTS names has a line for each entry: a name, a tab, a text.
declare(strict_types=1);

$guests = getenv('GUESTS');

function sign(string $guests, string $name, string $text): void
{
    $entry = preg_replace('/\s+/', ' ', $name) . "\t" . preg_replace('/\s+/', ' ', $text) . "\n";
    if (file_put_contents($guests, $entry, FILE_APPEND) === false) {
        throw new RuntimeException("cannot write to the guestbook $guests");
    }
}

// The last 2,048 bytes of the file, so that a long book is no slower.
function entries(string $guests): array
{
    $from = max(0, filesize($guests) - 2048);
    $lines = explode("\n", rtrim(file_get_contents($guests, false, null, $from, 2048), "\n"));
    if ($from > 0) {
        array_shift($lines); // cut off at its beginning
    }
    return array_reverse($lines);
}

if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    sign($guests, $_POST['name'] ?? '', $_POST['text'] ?? '');
    header('Location: /guestbook', true, 303);
    exit;
}
$entries = entries($guests);
?>
<!DOCTYPE html>
<title>Guestbook</title>
<ol class="entries">
<?php foreach ($entries as $entry): [$name, $text] = array_map('htmlspecialchars', explode("\t", $entry, 2) + ['', '']) ?>
<li><b><?= $name ?></b>: <?= $text ?></li>
<?php endforeach ?>
</ol>
