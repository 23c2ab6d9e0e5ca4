#!/usr/bin/perl
# Hazard 8: what is read in BEGIN is not read again.
use strict;
use warnings;
use CGI;

our $title;
BEGIN {
    if (open my $in, '<', "$ENV{DATA}/title") { $title = <$in>; chomp $title }
}
my $q = CGI->new;
if ($q->request_method eq 'POST') {
    open my $out, '>', "$ENV{DATA}/title" or die "write the title: $!";
    print $out $q->param('title'), "\n";
    close $out;
    print $q->header, '<title>Saved</title>';
}
else {
    print $q->header, '<title>Home</title><h1>', $q->escapeHTML($title), '</h1>';
}
