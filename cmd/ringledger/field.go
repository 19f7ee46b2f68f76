package main

import "reflect"

// fieldTag reads a tag of the n-th field of the config.
func fieldTag(c *config, n int, tag string) string {
	return reflect.TypeOf(*c).Field(n).Tag.Get(tag)
}

// fieldValue points at the n-th field of the config; all of them are texts.
func fieldValue(c *config, n int) *string {
	return reflect.ValueOf(c).Elem().Field(n).Addr().Convert(reflect.TypeFor[*string]()).Interface().(*string)
}
