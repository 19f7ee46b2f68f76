package web_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"ringledger/integration/callflow"
	"ringledger/store"
)

// TestTheAPIDescribesEveryKeyOfTheSettings holds the schema of the OpenAPI
// document to the type that the settings are read into.
func TestTheAPIDescribesEveryKeyOfTheSettings(t *testing.T) {
	s := newSite(t)
	doc := decode(t, s.user(store.Viewer).get("/api/v1/openapi.json").body)
	schemas := doc["components"].(map[string]any)["schemas"].(map[string]any)
	resolve := func(v any) map[string]any {
		schema, ok := v.(map[string]any)
		if ref, isRef := schema["$ref"].(string); isRef {
			schema, ok = schemas[strings.TrimPrefix(ref, "#/components/schemas/")].(map[string]any)
		}
		if !ok {
			t.Fatalf("no schema: %v", v)
		}
		return schema
	}
	var check func(typ reflect.Type, schema map[string]any, path string)
	check = func(typ reflect.Type, schema map[string]any, path string) {
		if typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		properties, _ := schema["properties"].(map[string]any)
		switch {
		case typ == reflect.TypeFor[callflow.LineSet]():
		case typ.Kind() == reflect.Struct:
			var keys []string
			for i := range typ.NumField() {
				key, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
				keys = append(keys, key)
				if property, ok := properties[key]; ok {
					check(typ.Field(i).Type, resolve(property), path+"."+key)
				}
			}
			slices.Sort(keys)
			if described := slices.Sorted(maps.Keys(properties)); !slices.Equal(described, keys) || schema["additionalProperties"] != false {
				t.Errorf("settings%s: the schema has %v (others: %v), the settings have %v", path, described, schema["additionalProperties"], keys)
			}
		case typ.Kind() == reflect.Map && typ.Key() == reflect.TypeFor[callflow.CallType]():
			for _, callType := range callflow.CallTypes() {
				if property, ok := properties[string(callType)]; !ok {
					t.Errorf("settings%s lacks %s", path, callType)
				} else if typ.Elem().Kind() == reflect.Struct {
					check(typ.Elem(), resolve(property), path+"."+string(callType))
				}
			}
		case typ.Kind() == reflect.Map && typ.Elem().Kind() == reflect.Struct:
			check(typ.Elem(), resolve(schema["additionalProperties"]), path+".*")
		default:
			if want := map[reflect.Kind]string{reflect.Int: "integer", reflect.Bool: "boolean", reflect.String: "string", reflect.Slice: "array", reflect.Map: "object"}[typ.Kind()]; schema["type"] != want {
				t.Errorf("settings%s is described as %v, want %s", path, schema["type"], want)
			}
		}
	}
	check(reflect.TypeFor[callflow.Settings](), resolve(schemas["Settings"]), "")
}
