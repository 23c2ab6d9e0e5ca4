use Plack::App::WrapCGI;

Plack::App::WrapCGI->new(script => 'guestbook.cgi')->to_app;
