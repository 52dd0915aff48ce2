use Test::More;

ok( 1, 'finds' );
done_testing;
