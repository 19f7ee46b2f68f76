package main

import (
	"os"
	"testing"
)

func TestSpriteHoldsTheVendoredIcons(t *testing.T) {
	want, err := join("../../" + icons)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../sprite.svg")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("sprite.svg is not what the icons make; run go generate ./static")
	}
}
