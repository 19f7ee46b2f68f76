package store_test

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"

	"ringledger/store"
	"ringledger/store/storetest"
)

// BenchmarkDeliveriesOfNodes measures how many deliveries a second one
// PostgreSQL takes from one node and from several, 64 senders each.
func BenchmarkDeliveriesOfNodes(b *testing.B) {
	server := os.Getenv(storetest.PostgresVariable)
	if server == "" {
		b.Skip("needs a PostgreSQL server in " + storetest.PostgresVariable)
	}
	for _, many := range []int{1, 2, 3} {
		b.Run(fmt.Sprint(many), func(b *testing.B) {
			db := storetest.Postgres(b, server)
			var nodes []*store.Store
			for range many {
				nodes = append(nodes, db.Open())
			}
			var next atomic.Int64
			b.SetParallelism(64 * many)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					n := next.Add(1)
					if err := nodes[n%int64(many)].AddDelivery(context.Background(), delivery(fmt.Sprint(n), "", db.Clock.Now())); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "deliveries/s")
		})
	}
}
