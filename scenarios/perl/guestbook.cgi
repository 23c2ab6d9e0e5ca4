#!/usr/bin/perl
# A guestbook as a CGI script. GET shows the newest entries; POST signs it. The
# file that GUESTS names has a line for each entry: a name, a tab, a text. No data
# of a request are kept in file-scoped variables, so that the script runs under
# mod_perl's Registry and CGI::Compile as it stands.
use strict;
use warnings;
use CGI;

my $q = CGI->new;
if ($q->request_method eq 'POST') {
    sign(map { scalar $q->param($_) // '' } qw(name text));
    print $q->redirect(-uri => '/guestbook', -status => '303 See Other');
}
else {
    print $q->header(-type => 'text/html', -charset => 'utf-8'), page(entries());
}

sub sign {
    my ($name, $text) = @_;
    s/\s+/ /g for $name, $text;
    open my $file, '>>', $ENV{GUESTS} or die "open the guestbook $ENV{GUESTS}: $!";
    syswrite $file, "$name\t$text\n" or die "write to $ENV{GUESTS}: $!";
}

# The last 2,048 bytes of the file, so that a long book is no slower.
sub entries {
    open my $file, '<', $ENV{GUESTS} or die "open the guestbook $ENV{GUESTS}: $!";
    my $from = -s $file > 2048 ? (-s $file) - 2048 : 0;
    seek $file, $from, 0;
    read $file, my $bytes, 2048;
    my @lines = split /\n/, $bytes;
    shift @lines if $from;    # cut off at its beginning
    return reverse @lines;
}

sub page {
    my $list = '';
    for (@_) {
        my ($name, $text) = map { CGI::escapeHTML($_) } split /\t/, $_, 2;
        $list .= "<li><b>$name</b>: $text</li>\n";
    }
    return "<!DOCTYPE html>\n<title>Guestbook</title>\n<ol class=\"entries\">\n$list</ol>\n";
}
