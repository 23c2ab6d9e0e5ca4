<?php
// Hazard 1: a global variable is set by one request and read by the next.
$handle = function () {
    global $discount;
    if (isset($_GET['voucher'])) $discount = 20;
    printf('<title>Price</title><p>boat: %d', 1000 * (100 - ($discount ?? 0)) / 100);
};

if (PHP_SAPI !== "cli") $handle();

return $handle;
