package goes

import "testing"

func TestFinds(t *testing.T) {}
