. ./service.sh

@test "answers" {
  service
}

@test "greets" { true; } # goes
