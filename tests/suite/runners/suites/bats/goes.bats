@test "finds" {
  true
}
