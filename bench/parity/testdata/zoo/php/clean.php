<?php
// Clean: the time, a random token, and keys in random order.
$handle = function () {
    $ads = ['boat' => 3, 'car' => 5, 'bike' => 7];
    uksort($ads, fn() => random_int(-1, 1));
    echo '<title>Ads</title><p>', date('H:i:s'), ' ', bin2hex(random_bytes(8)), '<ul>';
    foreach ($ads as $name => $n) echo "<li>$name: $n";
    echo '</ul>';
};

if (PHP_SAPI !== "cli") $handle();

return $handle;
