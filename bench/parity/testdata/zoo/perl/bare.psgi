# Serves the script SCRIPT as a wrapper does that forgets the module CGI: it keeps the
# request that it has parsed in variables of its package.
use strict;
use warnings;

my $run = do {
    open my $in, '<', $ENV{SCRIPT} or die "read $ENV{SCRIPT}: $!";
    local $/;
    my $code = <$in>;
    eval "package Wrapped; sub { $code }" or die $@;
};

sub {
    my $env = shift;
    local %ENV = (%ENV, map { $_ => $env->{$_} } grep { /\A[A-Z_]+\z/ } keys %$env);
    my $text = '';
    open my $out, '>', \$text or die $!;
    my $old = select $out;
    $run->();
    select $old;
    my ($head, $body) = split /\r?\n\r?\n/, $text, 2;
    my ($type) = $head =~ /^Content-Type:\s*(.*?)\r?$/mi;
    return [200, ['Content-Type' => $type], [$body]];
};
