#!/usr/bin/perl
# Millbrook Classifieds as a CGI script: the routes, pages and data set of the Go
# program in internal/classifieds, with CGI.pm, DBI and HTML::Template.
#
# The same file runs under mod_cgi, mod_cgid, ModPerl::Registry, mod_fcgid and
# Plack::App::CGIBin. All data of a request are in the hash that main makes, none in
# a file-scoped variable: under the last three, those outlive the request.
#
#   CLASSIFIEDS_DB   the data set, made by "classibench initdb"
#   DATABASE_URL     a database of PostgreSQL with the data set, instead: postgres://...
#   CLASSIFIEDS_NOW  stops the clock at a Unix time in seconds
use strict;
use warnings;
use utf8;
use CGI            ();
use DBI            qw(:sql_types);
use Encode         ();
use File::Basename ();
use HTML::Template ();

use constant {
    DIR        => File::Basename::dirname(__FILE__),
    SITE       => 'Millbrook Classifieds',
    STYLESHEET => '/site.98ab3659.css',
    SCHEMA     => 3,              # SQLite's user_version, or "schema" in the table meta
    PER_PAGE   => 25,             # ads on a page of a list
    AT_HOME    => 20,             # latest ads on the home page
    MOST_REPLY => 50,             # replies on the edit page
    PG_BYTEA   => 17,             # DBD::Pg's constant, which needs no DBD::Pg here
    PATIENCE   => 5,              # seconds that a statement waits for the lock of another process, or takes in PostgreSQL
    CONNECTING => 10,             # seconds for a connection to PostgreSQL
    MAX_WORDS  => 8,              # of a search
    MAX_BODY   => 3 << 20,        # bytes of a form
    MAX_PHOTO  => 2 << 20,        # bytes of a photo
    MAX_PIXELS => 40e6,
    MAX_PHOTOS => 8,              # of an ad
    MAX_PRICE  => 1_000_000_000,  # dollars
    POLICY     => "default-src 'none'; img-src 'self' data:; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
};

main();

# main answers one request.
sub main {
    binmode STDOUT;
    $CGI::POST_MAX = MAX_BODY;
    my $v = { path => path(), method => $ENV{REQUEST_METHOD} || 'GET', now => $ENV{CLASSIFIEDS_NOW} || time };
    eval { $v->{q} = CGI->new; answer($v); 1 } or failed($v, $@);
    # Apache::DBI keeps it, and so does connect_cached, which the other servers use.
    $v->{db}->disconnect if $v->{db} && $DBI::connect_via ne 'connect_cached';
}

# path returns the path below the script, decoded.
sub path {
    my $path = $ENV{PATH_INFO};
    return defined $path && $path ne '' ? Encode::decode_utf8($path) : '/';
}

# Patterns of paths, the methods that each takes, and who answers.
sub routes {
    return (
        [ qr{^/$},                   GET => \&home ],
        [ qr{^/c/([^/]+)$},          GET => \&category ],
        [ qr{^/search$},             GET => \&search ],
        [ qr{^/ads/([^/]+)$},        GET => \&ad ],
        [ qr{^/photos/([^/]+)$},     GET => \&photo ],
        [ qr{^/post$},               GET => \&post_form ],
        [ qr{^/ads/([^/]+)/edit$},   GET => \&edit_form ],
        [ qr{^/ads$},                POST => \&post ],
        [ qr{^/ads/([^/]+)/edit$},   POST => \&edit ],
        [ qr{^/ads/([^/]+)/delete$}, POST => \&remove ],
        [ qr{^/ads/([^/]+)/reply$},  POST => \&reply ],
        [ qr{^/ads/([^/]+)/flag$},   POST => \&flag_ad ],
        [ qr{^\Q${\STYLESHEET}\E$},  GET => \&stylesheet ],
    );
}

sub answer {
    my ($v) = @_;
    my $method = $v->{method} eq 'HEAD' ? 'GET' : $v->{method};
    my @there = grep { $v->{path} =~ $_->[0] } routes();
    my ($route) = grep { $_->[1] eq $method } @there;
    return message($v, 403, 'Not from here', 'This form was sent from another site.') if from_elsewhere($v);
    return not_found($v)                         if !@there;
    return not_allowed($v, map { $_->[1] } @there) if !$route;
    return too_large($v) if ($v->{q}->cgi_error || '') =~ /^413/;
    ($v->{arg}) = $v->{path} =~ $route->[0];
    $v->{db} = connect_db();
    return $route->[2]->($v);
}

# from_elsewhere reports whether another site sent the form, by what browsers add to
# each request.
sub from_elsewhere {
    my ($v) = @_;
    return 0 if $v->{method} =~ /^(?:GET|HEAD|OPTIONS)$/;
    my $site = $ENV{HTTP_SEC_FETCH_SITE} || '';
    return $site !~ /^(?:same-origin|none)$/ if $site ne '';
    my $origin = $ENV{HTTP_ORIGIN} || '';
    return $origin ne '' && $origin !~ m{^\w+://\Q$ENV{HTTP_HOST}\E$};
}

sub connect_db {
    return connect_postgres() if $ENV{DATABASE_URL};
    my $db = DBI->connect("dbi:SQLite:uri=file:$ENV{CLASSIFIEDS_DB}?mode=rw", '', '',
        { RaiseError => 1, PrintError => 0, AutoCommit => 1, sqlite_unicode => 1 });
    $db->sqlite_busy_timeout(1000 * PATIENCE);
    $db->do('PRAGMA synchronous = NORMAL');
    my ($schema) = $db->selectrow_array('PRAGMA user_version');
    die "$ENV{CLASSIFIEDS_DB} has schema $schema, this script reads @{[SCHEMA]}\n" if $schema != SCHEMA;
    return $db;
}

# connect_postgres connects to the database that a URL names.
sub connect_postgres {
    my $db = DBI->connect("dbi:Pg:" . postgres_dsn($ENV{DATABASE_URL}), undef, undef,
        { RaiseError => 1, PrintError => 0, AutoCommit => 1, pg_enable_utf8 => 1 });
    my ($schema) = $db->selectrow_array(q(SELECT value FROM meta WHERE key = 'schema'));
    die "the database has schema $schema, this script reads @{[SCHEMA]}\n" if $schema != SCHEMA;
    return $db;
}

# postgres_dsn turns a URL into the words of libpq, since DBD::Pg splits its own at each
# semicolon: postgres://user:password@host:port/name?host=/socket&options=... It adds time
# limits: without them, one lock would hold all processes. The server gets them with the
# connection, which takes no time of their own, and the URL may have others.
sub postgres_dsn {
    my ($url) = @_;
    my ($user, $password, $host, $port, $name, $query) =
        $url =~ m{^postgres(?:ql)?://(?:([^:@/]*)(?::([^@/]*))?@)?([^:/?]*)(?::(\d+))?/?([^?]*)(?:\?(.*))?$}
        or die "DATABASE_URL is no address of a database: postgres://user\@host/database\n";
    my %word = (user => $user, password => $password, host => $host, port => $port, dbname => $name);
    /^([^=]+)=(.*)$/ and $word{$1} = $2 for split /&/, $query // '';
    $word{connect_timeout} //= CONNECTING;
    $word{options} = '-cstatement_timeout=' . 1000 * PATIENCE . ' ' . ($word{options} // '');
    return join ';', map { "$_=" . quoted(CGI::unescape($word{$_})) } grep { ($word{$_} // '') ne '' } sort keys %word;
}

# quoted quotes a word of libpq, if it has to be. DBD::Pg reads a quoted dbname differently.
sub quoted {
    my ($word) = @_;
    return $word =~ /[\s;'\\]/ ? "'" . $word =~ s/([\\'])/\\$1/gr . "'" : $word;
}

# of_postgres reports whether the ads are in PostgreSQL.
sub of_postgres { my ($v) = @_; return $v->{db}{Driver}{Name} eq 'Pg' }

# Pages that are read.

sub home {
    my ($v) = @_;
    my $latest = $v->{db}->selectall_arrayref('SELECT id, title, place, price, posted, photos FROM ads ORDER BY id DESC LIMIT ?', {Slice => {}}, AT_HOME);
    page($v, 200, 'home', title => SITE, categories => [ map { { %$_, ads => grouped($_->{ads}) } } categories($v) ], list($latest));
}

sub categories {
    my ($v) = @_;
    return @{ $v->{db}->selectall_arrayref('SELECT id, slug, name, ads FROM categories ORDER BY name', {Slice => {}}) };
}

sub category {
    my ($v) = @_;
    my $c = category_of($v, $v->{arg}) or return not_found($v);
    # One more than is shown tells whether there is a next page.
    my $ads = $v->{db}->selectall_arrayref(
        'SELECT id, title, place, price, posted, photos FROM ads WHERE category = ? AND id < ? ORDER BY id DESC LIMIT ?',
        {Slice => {}}, $c->{id}, number(scalar $v->{q}->param('before')) || 9_000_000_000_000_000, PER_PAGE + 1);
    page($v, 200, 'category', title => "$c->{name} · " . SITE, name => $c->{name}, ads => grouped($c->{ads}),
        list($ads, "/c/$c->{slug}?before="));
}

sub category_of {
    my ($v, $slug) = @_;
    return $v->{db}->selectrow_hashref('SELECT id, slug, name, ads FROM categories WHERE slug = ?', undef, $slug);
}

# list returns the parameters of list.tmpl: a page of ads, and the address of the
# next one if there are more.
sub list {
    my ($ads, $next) = @_;
    my @ads = @$ads;
    my $more = '';
    if (@ads > PER_PAGE) {
        $#ads = PER_PAGE - 1;
        $more = $next . $ads[-1]{id};
    }
    return (list => [ map { item($_) } @ads ], next => $more, none => !@ads);
}

sub item {
    my ($ad) = @_;
    my $n = $ad->{photos};
    return { id => $ad->{id}, title => $ad->{title}, price => price($ad->{price}), place => $ad->{place}, day => day($ad->{posted}),
        photos => $n == 0 ? '' : $n == 1 ? ' · 1 photo' : " · $n photos" };
}

sub search {
    my ($v) = @_;
    my %typed = map { $_ => field($v, $_, 0) } qw(q category min max);
    my @categories = categories($v);
    my ($chosen) = grep { $_->{slug} eq $typed{category} } @categories;
    my ($min, $max) = map { cents($_) } @typed{qw(min max)};
    my @words = words($typed{q});
    my $problem =
        !@words                                ? 'Type a word to search for.'
      : $typed{category} ne '' && !$chosen     ? 'There is no such category.'
      : !defined $min || !defined $max         ? 'A price is a number, as in 25 or 12.50.'
      : $max && $min > $max                    ? 'The first price is above the second.'
      :                                          '';
    my @found = $problem ? () : list(found($v, \@words, $chosen && $chosen->{id}, $min, $max), next_search($v));
    page($v, 200, 'search', title => 'Search · ' . SITE, words => $typed{q}, min => $typed{min}, max => $typed{max},
        problem => $problem, options(\@categories, $typed{category}), @found);
}

sub found {
    my ($v, $words, $category, $min, $max) = @_;
    return found_in_postgres(@_) if of_postgres($v);
    my $sql = 'SELECT ads.id, ads.title, place, price, posted, photos FROM search CROSS JOIN ads ON ads.id = search.docid WHERE search MATCH ?';
    my @args = (join ' ', map { qq("$_") } @$words);
    my $before = number(scalar $v->{q}->param('before'));
    for ([ 'docid < ?', $before ], [ 'category = +?', $category ], [ 'price >= ?', $min ], [ 'price <= ?', $max ]) {
        my ($condition, $value) = @$_;
        next if !$value;
        $sql .= " AND $condition";
        push @args, $value;
    }
    my $query = $v->{db}->prepare_cached("$sql ORDER BY docid DESC LIMIT ?");
    $query->bind_param(1, shift @args);
    my $n = 1;
    $query->bind_param(++$n, $_, SQL_INTEGER) for @args, PER_PAGE + 1;
    $query->execute;
    return $query->fetchall_arrayref({});
}

sub found_in_postgres {
    my ($v, $words, $category, $min, $max) = @_;
    my $sql = q{SELECT id, title, place, price, posted, photos FROM ads WHERE search @@ plainto_tsquery('simple', words(?))};
    my @args = (join ' ', @$words);
    my $before = number(scalar $v->{q}->param('before'));
    for ([ 'id < ?', $before ], [ 'category = ?', $category ], [ 'price >= ?', $min ], [ 'price <= ?', $max ]) {
        my ($condition, $value) = @$_;
        next if !$value;
        $sql .= " AND $condition";
        push @args, $value;
    }
    return $v->{db}->selectall_arrayref("$sql ORDER BY id DESC LIMIT ?", {Slice => {}}, @args, PER_PAGE + 1);
}

# words returns the words of what a visitor typed.
sub words {
    my ($typed) = @_;
    my @words = grep { $_ ne '' } split /[^\p{L}\p{N}\p{Mn}]+/, $typed;
    return @words > MAX_WORDS ? @words[ 0 .. MAX_WORDS - 1 ] : @words;
}

sub next_search {
    my ($v) = @_;
    my @pairs;
    for my $name (sort $v->{q}->param) {
        push @pairs, map { query_escape($name) . '=' . query_escape($_) } $v->{q}->multi_param($name) if $name ne 'before';
    }
    return '/search?' . join('&', @pairs) . '&before=';
}

sub query_escape {
    my ($bytes) = @_;
    $bytes =~ s/([^A-Za-z0-9_.~ -])/sprintf '%%%02X', ord $1/ge;
    $bytes =~ tr/ /+/;
    return $bytes;
}

sub options {
    my ($categories, $chosen) = @_;
    return (categories => [ map { { slug => $_->{slug}, name => $_->{name}, selected => $_->{slug} eq $chosen } } @$categories ]);
}

sub ad { show_ad($_[0], 200, {}) }

sub show_ad {
    my ($v, $status, $problems) = @_;
    my $ad = ad_of($v, id($v)) or return not_found($v);
    my %notices = (replied => 'Your message is on its way.', flagged => 'Thank you: we will look at this ad.');
    page($v, $status, 'ad', title => "$ad->{title} · " . SITE, heading => $ad->{title}, id => $ad->{id},
        price => price($ad->{price}), date => date($ad->{posted}), day => day($ad->{posted}),
        notice => $notices{ $v->{q}->url_param('done') // '' }, wrong => scalar %$problems,
        ( map { $_ => $ad->{$_} } qw(body place seller slug name pictures) ),
        fields => [
            input($v, $problems, 'name', 'Your name', 'text', 'name', 60),
            input($v, $problems, 'email', 'Your e-mail address', 'email', 'email', 120),
            area($v, $problems, 'message', 'Message', 5, 2000),
        ]);
}

# ad_of returns an ad with its category and its pictures.
sub ad_of {
    my ($v, $id) = @_;
    my $ad = $v->{db}->selectrow_hashref(
        'SELECT ads.id, title, place, price, posted, photos, body, seller, email, category, slug, name
         FROM ads JOIN categories ON categories.id = category WHERE ads.id = ?', undef, $id) or return;
    my $n = 0;
    $ad->{pictures} = !$ad->{photos} ? [] : [ map { { %$_, number => ++$n, of => $ad->{title} } } @{ $v->{db}->selectall_arrayref(
        'SELECT id AS photo, hash, width, height FROM photos WHERE ad = ? ORDER BY id', {Slice => {}}, $id) } ];
    return $ad;
}

sub photo {
    my ($v) = @_;
    my $hashed = $v->{arg} =~ /\A[0-9a-f]{40}\z/;
    my ($hash, $type, $data) = $v->{db}->selectrow_array('SELECT hash, type, data FROM photos WHERE ' . ($hashed ? 'hash = ? LIMIT 1' : 'id = ?'),
        undef, $hashed ? $v->{arg} : id($v));
    return not_found($v) if !defined $data;
    return kept($v, $hash, $type, $data) if $hashed;
    $v->{cache} = 'no-cache';    # an address of earlier versions
    content($v, $hash, $type, $data);
}

sub stylesheet {
    my ($v) = @_;
    open my $file, '<:raw', DIR . '/site.css' or die 'open ' . DIR . "/site.css: $!";
    local $/;
    kept($v, STYLESHEET, 'text/css; charset=utf-8', scalar <$file>);
}

# Forms and posts.

sub post_form { show_post_form($_[0], 200, {}) }

sub show_post_form {
    my ($v, $status, $problems) = @_;
    page($v, $status, 'post', title => 'Post an ad · ' . SITE, ad_fields($v, $problems));
}

# ad_fields returns the parameters of ad_fields.tmpl: the form as typed, or as the ad is.
sub ad_fields {
    my ($v, $problems, $ad) = @_;
    return (
        wrong => scalar %$problems,
        options([ categories($v) ], typed($v, 'category', $ad && $ad->{slug})),
        category_problem => $problems->{category},
        photo_problem    => $problems->{photo},
        fields => [
            input($v, $problems, 'title', 'Title', 'text', 'off', 80, $ad),
            area($v, $problems, 'body', 'Description', 8, 4000, $ad),
            input($v, $problems, 'price', 'Price in dollars (0 for free)', 'text', 'off', 12, $ad && { price => dollars($ad->{price}) }),
            input($v, $problems, 'place', 'Place', 'text', 'address-level2', 60, $ad),
            input($v, $problems, 'seller', 'Your name', 'text', 'name', 60, $ad),
            input($v, $problems, 'email', 'Your e-mail address (not shown)', 'email', 'email', 120, $ad),
        ],
    );
}

sub input {
    my ($v, $problems, $name, $label, $kind, $complete, $max, $ad) = @_;
    return { id => $name, label => $label, kind => $kind, complete => $complete, max => $max,
        value => typed($v, $name, $ad && $ad->{$name}), problem => $problems->{$name} };
}

sub area {
    my ($v, $problems, $name, $label, $rows, $max, $ad) = @_;
    return { id => $name, label => $label, area => 1, rows => $rows, max => $max,
        value => typed($v, $name, $ad && $ad->{$name}), problem => $problems->{$name} };
}

# typed returns what a field shows: the value of the ad, what was posted, or the
# category of the address.
sub typed {
    my ($v, $name, $value) = @_;
    return $value if defined $value;
    return field($v, $name, 1) if $v->{method} eq 'POST';
    return $name eq 'category' && $v->{path} eq '/post' ? field($v, $name, 0) : '';
}

sub post {
    my ($v) = @_;
    my ($ad, $photo, $problems) = read_ad($v);
    return show_post_form($v, 422, $problems) if %$problems;
    my $id = transaction($v, sub {
        my $new = insert($v, 'INSERT INTO ads (category, title, body, price, place, seller, email, posted, photos) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
            @$ad{qw(category title body price place seller email)}, $v->{now}, $photo ? 1 : 0);
        attach($v, $new, $photo) if $photo;
        return $new;
    });
    see_other($v, edit_path($id, key($v, $id)) . '&done=posted');
}

# insert runs an INSERT and returns the id of the row.
sub insert {
    my ($v, $sql, @args) = @_;
    return scalar $v->{db}->selectrow_array("$sql RETURNING id", undef, @args) if of_postgres($v);
    $v->{db}->do($sql, undef, @args);
    return $v->{db}->last_insert_id;
}

# transaction keeps what a function writes if it returns, and nothing if it dies.
sub transaction {
    my ($v, $write) = @_;
    $v->{db}->begin_work;    # BEGIN IMMEDIATE: SQLite has one writer at a time
    my $result = eval { my $r = $write->(); $v->{db}->commit; $r };
    my $error = $@ or return $result;
    $v->{db}->rollback;
    die $error;
}

sub attach {
    my ($v, $ad, $photo) = @_;
    require Digest::SHA;
    my $insert = $v->{db}->prepare('INSERT INTO photos (ad, hash, type, width, height, data) VALUES (?, ?, ?, ?, ?, ?)');
    my $n = 0;
    $insert->bind_param(++$n, $_) for $ad, substr(Digest::SHA::sha256_hex($photo->{data}), 0, 40), @$photo{qw(type width height)};
    $insert->bind_param(++$n, $photo->{data}, of_postgres($v) ? { pg_type => PG_BYTEA } : SQL_BLOB);
    $insert->execute;
}

# read_ad reads the form of an ad with its photo, and what is wrong with it, by field.
sub read_ad {
    my ($v) = @_;
    my %problems;
    my %ad = (
        title  => text($v, \%problems, 'title', 3, 80),
        price  => cents(field($v, 'price', 1)),
        place  => text($v, \%problems, 'place', 2, 60),
        body   => text($v, \%problems, 'body', 10, 4000, 'long'),
        seller => text($v, \%problems, 'seller', 1, 60),
        email  => email($v, \%problems),
    );
    $problems{price} = 'A price is a number, as in 25 or 12.50; 0 if it is free.' if !defined $ad{price} || field($v, 'price', 1) eq '';
    my $c = category_of($v, field($v, 'category', 1));
    if ($c) { $ad{category} = $c->{id} }
    else    { $problems{category} = 'Please choose a category.' }
    my ($photo, $problem) = uploaded($v);
    if ($problem) { $problems{photo} = $problem }
    elsif ($photo && %problems) { $problems{photo} = 'Please choose the photo again: a form cannot keep it.' }
    return (\%ad, $photo, \%problems);
}

# INVISIBLE are the characters without a shape of their own. JOINING are those of them that
# languages and emoji need in a longer text.
use constant INVISIBLE => qr/(?!\p{Prepended_Concatenation_Mark})[\p{Cf}\x{34F}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{2065}\x{3164}\x{FFA0}\x{FFF0}-\x{FFF8}\x{E0000}\x{E0002}-\x{E001F}\x{E0080}-\x{E00FF}\x{E01F0}-\x{E0FFF}]/;
use constant JOINING => qr/[\x{200C}\x{200D}\x{200E}\x{200F}\x{61C}\x{AD}]/;

# FIXED are variation selectors after a character that has no variants.
use constant FIXED => qr/(?:(?<![#*0-9\x{203C}\x{2049}\x{2139}\x{3030}\p{S}\p{Script=Han}\p{Script=Mongolian}\p{Script=Myanmar}\p{Script=Phags_Pa}])|(?<=[\$+<=>^`|~]))\p{Variation_Selector}/;

# text reads a text of least to most characters. A long one may have joining characters.
sub text {
    my ($v, $problems, $name, $least, $most, $long) = @_;
    my $hidden = $long ? qr/(?!${\JOINING})${\INVISIBLE}/ : INVISIBLE;
    my $s = field($v, $name, 1);
    my $n = length $s;
    if    ($s =~ /\A(?:[\s\x{2800}]|${\JOINING})*\z/) { $problems->{$name} = 'Please fill this in.' }
    elsif ($n < $least)            { $problems->{$name} = "Please write at least $least characters." }
    elsif ($n > $most)             { $problems->{$name} = "Please write at most $most characters; this has $n." }
    elsif ($s =~ /(?![\n\t])\p{Cc}/) { $problems->{$name} = 'There is a character in this that cannot be shown.' }
    elsif ($s =~ /($hidden|${\FIXED})/) { $problems->{$name} = sprintf 'There is an invisible character in this (U+%04X). Please write it without.', ord $1 }
    elsif ($s =~ /\A\p{M}|(?:\p{M}${\JOINING}*){9}/) { $problems->{$name} = 'There are accents in this that belong to no letter, or too many on one.' }
    return $s;
}

# email reads a bare address (RFC 5322 §3.4.1, addr-spec).
sub email {
    my ($v, $problems) = @_;
    my $s = text($v, $problems, 'email', 3, 120);
    my $atoms = qr/[^\x00-\x20\x7f()<>\[\]:;@\\,."]+(?:\.[^\x00-\x20\x7f()<>\[\]:;@\\,."]+)*/;
    $problems->{email} ||= 'This is not an e-mail address, as in ann@example.org.' if $s !~ /\A$atoms\@$atoms\z/;
    return $s;
}

# field returns a field of the form (or of the address) as typed; a field of a form
# is returned less the space around it.
sub field {
    my ($v, $name, $posted) = @_;
    my $bytes = $posted ? scalar $v->{q}->param($name) : $v->{q}->url_param($name);
    return '' if !defined $bytes;
    my $s = Encode::decode('UTF-8', "$bytes");
    $s =~ s/\x{FFFD}+/\x{FFFD}/g;    # bytes that are not UTF-8
    return $s if !$posted;
    $s =~ s/\r\n/\n/g;
    $s =~ s/\A[\s\x{2800}]+|[\s\x{2800}]+\z//g;
    return $s;
}

# uploaded reads the photo, or returns what is wrong with it.
sub uploaded {
    my ($v) = @_;
    my $file = $v->{q}->upload('photo') or return;
    binmode $file;
    local $/;
    my $data = <$file>;
    die "store a form: no space left\n" if $file->error;    # CGI.pm does not check what it writes
    return if !defined $data || $data eq '';
    return (undef, 'A photo may have up to 2 MB; this one has ' . (length($data) >> 10) . ' KB.') if length $data > MAX_PHOTO;
    require Image::Size;
    my ($width, $height, $kind) = Image::Size::imgsize(\$data);
    return (undef, 'This is not a JPEG, PNG or GIF picture.') if !$width || $kind !~ /^(?:JPG|PNG|GIF)$/;
    return (undef, 'This picture has too many pixels.') if $width * $height > MAX_PIXELS;
    my ($end) = $kind eq 'JPG' ? end_of_jpeg($data) : $kind eq 'PNG' ? end_of_png($data) : end_of_gif($data);
    return (undef, 'This picture is damaged or incomplete.') if !$end;
    return (undef, 'This file has more in it than a picture. Please save the picture again, and choose that file.') if $end < length $data;
    return { type => 'image/' . ($kind eq 'JPG' ? 'jpeg' : lc $kind), width => $width, height => $height, data => $data };
}

# The ends of pictures, in bytes, found by following their blocks: 0 if a file ends before
# its picture does. Unlike the Go program, this one does not decode what is in the blocks.

sub end_of_png {
    my ($data) = @_;
    my $at = 8;
    while ($at + 12 <= length $data) {
        my ($length, $kind) = unpack "x$at N a4", $data;
        $at += 12 + $length;
        return $at <= length $data ? $at : 0 if $kind eq 'IEND';
    }
    return 0;
}

sub end_of_jpeg {
    my ($data) = @_;
    pos($data) = 2;
    while ($data =~ /\xFF+([^\x00\xFF])/g) {
        my $marker = ord $1;
        return pos $data if $marker == 0xD9;
        next             if $marker >= 0xD0 && $marker <= 0xD7;
        my $length = unpack 'n', substr $data, pos $data, 2;
        return 0 if !$length || $length < 2 || pos($data) + $length > length $data;
        pos($data) += $length;
    }
    return 0;
}

sub end_of_gif {
    my ($data) = @_;
    my $colors = sub { my ($flags) = @_; return $flags & 0x80 ? 3 << ($flags & 7) + 1 : 0 };
    my $at = 13 + $colors->(unpack 'x10 C', $data);
    while ($at < length $data) {
        my $block = substr $data, $at, 1;
        return $at + 1 if $block eq ';';
        return 0       if $block ne ',' && $block ne '!' || $at + 11 > length $data;
        $at += $block eq '!' ? 2 : 11 + $colors->(unpack 'C', substr $data, $at + 9, 1);
        while (my $n = unpack 'C', substr $data, $at, 1) { last if ($at += 1 + $n) >= length $data }
        $at++;
    }
    return 0;
}

# key returns the secret of an ad's edit link.
sub key {
    my ($v, $id) = @_;
    require Digest::SHA;
    my ($secret) = $v->{db}->selectrow_array(q(SELECT value FROM meta WHERE key = 'secret'));
    return substr Digest::SHA::hmac_sha256_hex("edit $id", $secret), 0, 24;
}

sub edit_path { "/ads/$_[0]/edit?key=$_[1]" }

# own returns the id of the path if the key is the one of its edit link. A wrong key
# looks like an ad that is not there.
sub own {
    my ($v, $key) = @_;
    my $id = id($v);
    return $id && ($key // '') eq key($v, $id) ? $id : 0;
}

sub edit_form {
    my ($v) = @_;
    my $id = own($v, $v->{q}->url_param('key')) or return not_found($v);
    my $ad = ad_of($v, $id) or return not_found($v);
    show_edit_form($v, 200, $ad, {}, $ad);
}

# show_edit_form shows the form with the values of an ad, or as it was posted.
sub show_edit_form {
    my ($v, $status, $ad, $problems, $shown) = @_;
    my %saved   = (posted => 'Your ad is online.', saved => 'Your changes are online.');
    my %dropped = map { $_ => 1 } $v->{method} eq 'POST' ? $v->{q}->multi_param('drop') : ();
    my $replies = $v->{db}->selectall_arrayref(
        'SELECT sent, name, email, body FROM replies WHERE ad = ? ORDER BY id DESC LIMIT ?', {Slice => {}}, $ad->{id}, MOST_REPLY);
    $v->{cache} = 'no-store';    # the key is in it
    my $key = $v->{q}->url_param('key');
    page($v, $status, 'edit', title => 'Edit · ' . SITE, id => $ad->{id}, key => $key, action => edit_path($ad->{id}, $key),
        notice => $status == 200 ? $saved{ $v->{q}->url_param('done') // '' } : '',
        pictures => [ map { { %$_, dropped => $dropped{ $_->{photo} } } } @{ $ad->{pictures} } ],
        replies => [ map { { %$_, day => day($_->{sent}) } } @$replies ], count => scalar @$replies,
        ad_fields($v, $problems, $shown));
}

sub edit {
    my ($v) = @_;
    my $id = own($v, $v->{q}->url_param('key')) or return not_found($v);
    my $old = ad_of($v, $id) or return not_found($v);
    my ($ad, $photo, $problems) = read_ad($v);
    my %drop = map { $_ => 1 } $v->{q}->multi_param('drop');
    my @dropped = grep { $drop{$_} } map { $_->{photo} } @{ $old->{pictures} };
    if (@{ $old->{pictures} } - @dropped + ($photo ? 1 : 0) > MAX_PHOTOS) {
        $problems->{photo} = 'An ad has up to ' . MAX_PHOTOS . ' photos.';
    }
    return show_edit_form($v, 422, $old, $problems) if %$problems;
    transaction($v, sub { change($v, $id, $ad, $photo, @dropped) }) or return not_found($v);
    see_other($v, edit_path($id, scalar $v->{q}->url_param('key')) . '&done=saved');
}

sub change {
    my ($v, $id, $ad, $photo, @dropped) = @_;
    my $n = $v->{db}->do('UPDATE ads SET category = ?, title = ?, body = ?, price = ?, place = ?, seller = ?, email = ? WHERE id = ?',
        undef, @$ad{qw(category title body price place seller email)}, $id);
    return 0 if $n == 0;
    return 1 if !$photo && !@dropped;
    $v->{db}->do('DELETE FROM photos WHERE id = ? AND ad = ?', undef, $_, $id) for @dropped;
    attach($v, $id, $photo) if $photo;
    $v->{db}->do('UPDATE ads SET photos = (SELECT count(*) FROM photos WHERE ad = ads.id) WHERE id = ?', undef, $id);
    return 1;
}

sub remove {
    my ($v) = @_;
    my $id = own($v, scalar $v->{q}->param('key')) or return not_found($v);
    my $n = transaction($v, sub { $v->{db}->do('DELETE FROM ads WHERE id = ?', undef, $id) });
    return $n > 0 ? see_other($v, '/') : not_found($v);
}

sub reply {
    my ($v) = @_;
    my $id = id($v) or return not_found($v);
    my %problems;
    my @reply = (text($v, \%problems, 'name', 1, 60), email($v, \%problems), text($v, \%problems, 'message', 1, 2000, 'long'));
    return show_ad($v, 422, \%problems) if %problems;
    my $n = transaction($v, sub {
        $v->{db}->do('INSERT INTO replies (ad, sent, name, email, body) SELECT id, CAST(? AS BIGINT), ?, ?, ? FROM ads WHERE id = ?', undef, $v->{now}, @reply, $id);
    });
    return $n > 0 ? see_other($v, "/ads/$id?done=replied") : not_found($v);
}

sub flag_ad {
    my ($v) = @_;
    my $id = id($v) or return not_found($v);
    my $n = transaction($v, sub { $v->{db}->do('UPDATE ads SET flags = flags + 1 WHERE id = ?', undef, $id) });
    return $n > 0 ? see_other($v, "/ads/$id?done=flagged") : not_found($v);
}

# Numbers and dates in words.

# id returns the id of the path, 0 if it is none.
sub id {
    my ($v) = @_;
    return number($v->{arg});
}

# number reads a positive number of at most 18 digits, 0 for anything else.
sub number { ($_[0] // '') =~ /\A\+?(\d{1,18})\z/a ? $1 + 0 : 0 }

# cents reads dollars and cents as people write them ("", "25", "12.50", "1,250", "5 $"),
# and returns undef for anything else.
sub cents {
    my ($s) = @_;
    $s =~ s/\A\s+|\s+\z//gu;
    return 0 if $s eq '';
    my ($whole, $rest) = $s =~ /\A(?!\$.*\$\z)(?:\$\s*)?(?=[0-9.])([0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{0,12})(?:\.([0-9]{1,2}))?(?:\s*\$)?\z/u
        or return undef;
    $whole =~ tr/,//d;
    my $cents = 100 * ($whole || 0) + substr(($rest // '') . '00', 0, 2);
    return $cents <= 100 * MAX_PRICE ? $cents : undef;
}

sub price {
    my ($cents) = @_;
    return 'Free' if $cents == 0;
    my $rest = $cents % 100;
    return '$' . grouped(int $cents / 100) . ($rest ? sprintf '.%02d', $rest : '');
}

sub dollars { $_[0] % 100 ? sprintf '%.2f', $_[0] / 100 : $_[0] / 100 }

# grouped prints a number with a comma between its thousands.
sub grouped {
    my ($n) = @_;
    1 while $n =~ s/^(\d+)(\d{3})/$1,$2/;
    return $n;
}

sub day {
    my (undef, undef, undef, $day, $month, $year) = gmtime $_[0];
    return sprintf '%d %s %d', $day, (qw(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec))[$month], $year + 1900;
}

sub date {
    my (undef, undef, undef, $day, $month, $year) = gmtime $_[0];
    return sprintf '%04d-%02d-%02d', $year + 1900, $month + 1, $day;
}

# Answers.

sub page {
    my ($v, $status, $name, %values) = @_;
    my $t = HTML::Template->new(path => DIR . '/templates', filename => "$name.tmpl", cache => 1, utf8 => 1,
        die_on_bad_params => 0, global_vars => 1, default_escape => 'HTML');
    $t->param(stylesheet => STYLESHEET, %values);
    $v->{policy} = POLICY;
    send_body($v, $status, 'text/html; charset=utf-8', Encode::encode_utf8($t->output));
}

# send_body sends an answer whole. A HEAD request gets its length only (RFC 3875
# §4.3.3).
sub send_body {
    my ($v, $status, $type, $body, @more) = @_;
    send_answer($v, $status, $type, $v->{method} ne 'HEAD' ? $body : '', -content_length => length $body, @more);
}

# send_answer sends a head and a body.
sub send_answer {
    my ($v, $status, $type, $body, @more) = @_;
    push @more, 'Content-Security-Policy' => $v->{policy} if $v->{policy};
    push @more, 'Cache-Control'           => $v->{cache}  if $v->{cache};
    push @more, 'Retry-After'             => $v->{retry}  if $v->{retry};
    push @more, 'Referrer-Policy'         => 'no-referrer' if $v->{path} =~ m{/edit\z};    # the address is a secret
    push @more, 'Allow'                   => $v->{allow}  if $v->{allow};
    push @more, 'ETag'                    => $v->{tag}    if $v->{tag};
    my %text = (200 => 'OK', 303 => 'See Other', 304 => 'Not Modified', 403 => 'Forbidden', 404 => 'Not Found', 405 => 'Method Not Allowed',
        413 => 'Request Entity Too Large', 422 => 'Unprocessable Entity', 500 => 'Internal Server Error', 503 => 'Service Unavailable', 507 => 'Insufficient Storage');
    print $v->{q}->header(-status => "$status $text{$status}", -type => $type, -charset => '', -x_content_type_options => 'nosniff', @more), $body;
    $v->{sent} = 1;
    return if !$ENV{MOD_PERL};
    # ModPerl::Registry returns a status other than 200 to Apache, which then sends an
    # error page of its own.
    $v->{q}->r->rflush;
    $v->{q}->r->status(200);
}

# kept sends what browsers may keep for good: its address changes when its content does.
sub kept {
    my ($v, $tag, $type, $data) = @_;
    $v->{cache} = 'public, max-age=31536000, immutable';
    content($v, $tag, $type, $data);
}

# content sends a body whose tag changes when it does, or only 304 if the browser has it
# (RFC 9110 §13.1.2).
sub content {
    my ($v, $tag, $type, $data) = @_;
    $v->{tag} = qq("$tag");
    my $has = grep { s/\A\s+|\s+\z//gr =~ /\A(?:\*|(?:W\/)?\Q$v->{tag}\E)\z/ } split /,/, $ENV{HTTP_IF_NONE_MATCH} // '';
    return $has ? send_answer($v, 304, '', '') : send_body($v, 200, $type, $data);
}

sub see_other {
    my ($v, $path) = @_;
    send_body($v, 303, 'text/plain; charset=utf-8', "See $path\n", -location => $path);
}

sub message {
    my ($v, $status, $title, $text) = @_;
    page($v, $status, 'message', title => "$title · " . SITE, heading => $title, text => $text);
}

sub not_found { message($_[0], 404, 'Not here', 'There is no such page, or the ad was taken down.') }

# too_large reads the rest of the body first: mod_cgid may drop the answer of a script
# that leaves it unread.
sub too_large {
    my ($v) = @_;
    1 while read STDIN, my $rest, 1 << 16;
    message($v, 413, 'Too large', 'What you sent is larger than this site takes.');
}

sub not_allowed {
    my ($v, @methods) = @_;
    $v->{allow} = join ', ', map { $_ eq 'GET' ? 'GET, HEAD' : $_ } @methods;
    message($v, 405, 'Not this way', 'Your browser asked for this page in a way that it cannot answer.');
}

sub failed {
    my ($v, $error) = @_;
    warn "$v->{path}: $error";
    return if $v->{sent};
    $v->{q} ||= CGI->new('');    # it could not store the form
    if ($error =~ /no space left|disk is full|tempfile|No space left/) {
        return message($v, 507, 'No room', 'This site has no room left. Nothing was saved. Please try again later.');
    }
    if ($error =~ /database is locked|lock timeout|statement timeout|deadlock detected/) {
        $v->{retry} = PATIENCE;
        return message($v, 503, 'Too busy', 'Nothing was saved. Please try again in a few seconds.');
    }
    message($v, 500, 'Something broke', 'It is our fault. Please try again later.');
}
