<?php
// A global variable lives as long as the worker
// (https://github.com/php/frankenphp/issues/103).
$handle = function () {
    global $global;
    echo '<title>Global</title><p>', $global ?? 'no global';
    $global = 'global';
};

if (PHP_SAPI !== "cli") $handle();

return $handle;
