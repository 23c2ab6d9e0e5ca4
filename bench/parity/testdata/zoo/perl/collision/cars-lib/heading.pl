package main;

sub heading { return "<h1>cars</h1>" }

1;
