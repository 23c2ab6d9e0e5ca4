<?php
// A container keeps the objects of the first request
// (https://github.com/doppar/framework/pull/275).
class Container {
    private static array $instances = [];

    static function get(string $name, callable $make) {
        return self::$instances[$name] ??= $make();
    }
}

$handle = function () {
    $request = Container::get('request', fn() => (object)['locale' => $_GET['locale'] ?? 'en']);
    echo '<title>Home</title><p>locale ', htmlspecialchars($request->locale);
};

if (PHP_SAPI !== "cli") $handle();

return $handle;
