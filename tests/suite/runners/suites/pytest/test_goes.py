def test_finds(): pass
