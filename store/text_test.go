package store_test

import (
	"context"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"ringledger/store"
	"ringledger/store/storetest"
)

// oddText is what PostgreSQL stores in no text: NUL, and bytes that are no UTF-8.
const oddText = "a\x00b\xff"

// TestNoTextBreaksAQuestionOrAChange goes through every door of the store and
// puts text there that a database may refuse. Doors may find nothing, or say
// what is wrong with it, but the database has no complaint.
func TestNoTextBreaksAQuestionOrAChange(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		opened := reflect.ValueOf(st)
		asked := 0
		for i := range opened.NumMethod() {
			name := opened.Type().Method(i).Name
			if name == "Close" || name == "Backup" || name == "Changes" {
				continue // end the store, write a file, and take no text
			}
			args, ok := oddArgs(t.Context(), opened.Method(i).Type())
			if !ok {
				continue // wants a function, which asks through another door
			}
			asked++
			for _, result := range opened.Method(i).Call(args) {
				err, ok := result.Interface().(error)
				if ok && (strings.Contains(err.Error(), "SQLSTATE") || strings.Contains(err.Error(), "unrecognized token")) && !strings.Contains(err.Error(), "SQLSTATE 235") {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		if asked < 60 {
			t.Errorf("only %d doors were tried", asked)
		}
	})
}

// oddArgs are arguments for a method, all texts among them odd.
func oddArgs(ctx context.Context, method reflect.Type) ([]reflect.Value, bool) {
	var args []reflect.Value
	for i := range method.NumIn() {
		if method.IsVariadic() && i == method.NumIn()-1 {
			break
		}
		arg, ok := oddValue(ctx, method.In(i))
		if !ok {
			return nil, false
		}
		args = append(args, arg)
	}
	return args, true
}

func oddValue(ctx context.Context, kind reflect.Type) (reflect.Value, bool) {
	v := reflect.New(kind).Elem()
	switch {
	case kind == reflect.TypeFor[context.Context]():
		v.Set(reflect.ValueOf(ctx))
	case kind == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)))
	case kind == reflect.TypeFor[io.Writer]():
		v.Set(reflect.ValueOf(io.Discard))
	case kind.Kind() == reflect.String:
		v.SetString(oddText)
	case kind.Kind() == reflect.Func:
		return v, false
	case v.CanInt():
		v.SetInt(1)
	case kind.Kind() == reflect.Slice && kind.Elem().Kind() != reflect.Uint8:
		one, ok := oddValue(ctx, kind.Elem())
		v.Set(reflect.Append(v, one))
		return v, ok
	case kind.Kind() == reflect.Map:
		key, _ := oddValue(ctx, kind.Key())
		value, ok := oddValue(ctx, kind.Elem())
		v.Set(reflect.MakeMap(kind))
		v.SetMapIndex(key, value)
		return v, ok
	case kind.Kind() == reflect.Interface && kind.NumMethod() == 0:
		v.Set(reflect.ValueOf(oddText))
	case kind.Kind() == reflect.Struct:
		for i := range kind.NumField() {
			if !kind.Field(i).IsExported() {
				continue
			}
			field, ok := oddValue(ctx, kind.Field(i).Type)
			if !ok {
				return v, false
			}
			v.Field(i).Set(field)
		}
	}
	return v, true
}
