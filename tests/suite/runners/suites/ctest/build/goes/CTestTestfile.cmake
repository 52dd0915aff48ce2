add_test(finds true)
