<?php
// Serves a script again and again in one process, as worker modes of PHP do: the
// superglobals are set for each request, everything else stays. The first argument is
// the script, which returns a function; the second is the address to listen at.
[, $script, $address] = $argv;
$handle = require $script;
$server = stream_socket_server("tcp://$address") ?: exit(1);

while ($client = stream_socket_accept($server, -1)) {
    if (!preg_match('~^(\S+) (\S+)~', (string)fgets($client), $line)) {
        fclose($client);
        continue;
    }
    [$length, $_COOKIE] = [0, []];
    while (($field = rtrim((string)fgets($client))) !== '') {
        [$name, $value] = explode(':', $field, 2);
        if (strtolower($name) === 'content-length') $length = (int)$value;
        if (strtolower($name) === 'cookie') parse_str(strtr(trim($value), ['; ' => '&']), $_COOKIE);
    }
    $body = $length > 0 ? stream_get_contents($client, $length) : '';
    parse_str(parse_url($line[2], PHP_URL_QUERY) ?? '', $_GET);
    parse_str($body, $_POST);
    $_SERVER['REQUEST_METHOD'] = $line[1];
    ob_start();
    $handle();
    $page = ob_get_clean();
    fwrite($client, "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=UTF-8\r\nConnection: close\r\nContent-Length: " . strlen($page) . "\r\n\r\n" . $page);
    fclose($client);
}
