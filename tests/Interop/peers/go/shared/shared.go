// Package shared is what the client and the server share.
package shared

import (
	"context"

	"google.golang.org/grpc/stats"
	"interop/contract"
)

const (
	EchoInitial  = "x-grpc-test-echo-initial"
	EchoTrailing = "x-grpc-test-echo-trailing-bin"
)

func Zeros(size int32) *contract.Payload {
	return &contract.Payload{Body: make([]byte, size)}
}

type witnessKey struct{}

// WithWitness returns a context whose calls write down whether the last message that came was compressed.
func WithWitness(ctx context.Context) (context.Context, *bool) {
	compressed := new(bool)
	return context.WithValue(ctx, witnessKey{}, compressed), compressed
}

// WasCompressed is for a call on a server with Witness.
func WasCompressed(ctx context.Context) bool {
	return *ctx.Value(witnessKey{}).(*bool)
}

// Witness looks at sizes, the library's only trace of a message's flag: zeros that came compressed are shorter on the wire.
type Witness struct{}

func (Witness) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context {
	if ctx.Value(witnessKey{}) != nil {
		return ctx
	}
	tagged, _ := WithWitness(ctx)
	return tagged
}

func (Witness) HandleRPC(ctx context.Context, event stats.RPCStats) {
	if in, ok := event.(*stats.InPayload); ok {
		*ctx.Value(witnessKey{}).(*bool) = in.WireLength < in.Length
	}
}

func (Witness) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

func (Witness) HandleConn(context.Context, stats.ConnStats) {}
