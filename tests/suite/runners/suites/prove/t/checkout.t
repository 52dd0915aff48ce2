use strict;
use warnings;
use Test::More;

sub service {
    open my $file, '<', 'state' or die $!;
    my $state = <$file>;
    if ( $state eq 'hanging' ) {
        open my $waiting, '>', 'waiting' or die $!;
        sleep 60;
    }
    return $state;
}

is( service(), 'up', 'answers' ) or diag 'the service is down';
ok( 1, 'greets' ); # goes
done_testing;
