#!/usr/bin/perl
# Members sign in with a token against forged forms, and see a notice once after each form.
# Clean: everything about a visitor is in the file of a session. LEAK names a part that stays
# from the session of the request before, where this one has none.
# STARTUP is a number of seconds that the program takes to start.
use strict;
use warnings;
use CGI;

BEGIN { select undef, undef, undef, $ENV{STARTUP} // 0 }

our ($q, $id, %session);    # of the request; subroutines would keep variables of the first one
$q       = CGI->new;
$id      = known($q->cookie('session') // '') // random();
%session = (left(), load());
my ($path, $post) = ($q->path_info, $q->request_method eq 'POST');

if ($post && ($q->param('csrf') // '') ne (value('csrf') // 'none')) { page('Forbidden', '<p>This form is too old.</p>', -status => '403 Forbidden') }
elsif ($post && $path eq '/login') {
    set(user => scalar $q->param('name'));
    set(notice => 'You are signed in.');
    see(take('return') // '/notes');
}
elsif (!$post && $path eq '/login') { page('Sign in', '<form method="post">' . token() . '<input name="name"></form>') }
elsif ($path ne '' && !defined value('user')) {
    set(return => $path);
    see('/login');
}
elsif ($post) {
    set(notice => 'Your note is saved.');
    see('/notes');
}
elsif ($path eq '/account') { page('Account', '<p>Signed in as ' . $q->escapeHTML(value('user')) . '</p>') }
elsif ($path eq '/notes')   { page('Notes', '<form method="post">' . token() . '<input name="text"></form>') }
else                        { page('Home', '<p>Hello ' . $q->escapeHTML(value('user') // 'stranger') . '</p>') }

# page prints a page, with the notice that waits for this visitor.
sub page {
    my ($title, $text, @head) = @_;
    my $notice = take('notice');
    save();
    $notice = defined $notice ? "<p class=\"notice\">$notice</p>" : '';
    print $q->header(@head, -cookie => cookie()), "<title>$title</title>$notice$text";
}

# see sends the visitor to another page.
sub see {
    my ($to) = @_;
    save();
    print $q->redirect(-uri => "/signin/index.pl$to", -status => '303 See Other', -cookie => cookie());
}

sub cookie { return $q->cookie(-name => 'session', -value => $id, -httponly => 1) }

# token is the field of a form that proves that the visitor got it from here.
sub token {
    set(csrf => random()) unless defined value('csrf');
    return '<input type="hidden" name="csrf" value="' . value('csrf') . '">';
}

sub value { return $session{$_[0]} }

sub set { $session{$_[0]} = $_[1]; return }

sub take { return delete $session{$_[0]} }

# left returns the part of the last session that stays.
sub left {
    my $part = $ENV{LEAK} // '';
    return exists $session{$part} ? ($part => $session{$part}) : ();
}

# known returns the number of a session that was made here.
sub known {
    my ($name) = $_[0] =~ /\A([0-9a-f]{24})\z/ or return undef;
    return -e "$ENV{DATA}/session-$name" ? $name : undef;
}

sub load {
    open my $in, '<', "$ENV{DATA}/session-$id" or return ();
    return map { /\A(\w+)=(.*)/ } <$in>;
}

sub save {
    open my $out, '>', "$ENV{DATA}/session-$id" or die "write a session: $!";
    print $out map { "$_=$session{$_}\n" } sort keys %session;
    return close $out;
}

sub random { return join '', map { sprintf '%x', rand 16 } 1 .. 24 }
