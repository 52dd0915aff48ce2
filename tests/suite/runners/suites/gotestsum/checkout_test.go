package shop

import (
	"os"
	"testing"
	"time"
)

func service() string {
	state, _ := os.ReadFile("state")
	if string(state) == "hanging" {
		_ = os.WriteFile("waiting", nil, 0o600)
		time.Sleep(time.Minute)
	}
	return string(state)
}

func TestAnswers(t *testing.T) {
	if service() != "up" {
		t.Fatal("the service is down")
	}
}

func TestGreets(t *testing.T) {} // goes
