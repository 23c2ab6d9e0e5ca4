<?php
// Hazard 6: a function remembers the user that it saw first.
function user() {
    static $user;
    return $user ??= $_GET['user'] ?? 'stranger';
}

$handle = function () {
    echo '<title>Home</title><p>hello ', htmlspecialchars(user());
};

if (PHP_SAPI !== "cli") $handle();

return $handle;
