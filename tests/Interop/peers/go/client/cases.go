package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"interop/contract"
	"interop/shared"
)

const (
	initialValue  = "test_initial_metadata_value"
	trailingValue = "\xab\xab\xab"
)

var (
	requestSizes  = []int32{27182, 8, 1828, 45904}
	responseSizes = []int32{31415, 9, 2653, 58979}
)

var cases = map[string]func(context.Context, clients) error{
	"empty_unary":                 emptyUnary,
	"large_unary":                 largeUnary,
	"client_compressed_unary":     clientCompressedUnary,
	"server_compressed_unary":     serverCompressedUnary,
	"client_streaming":            clientStreaming,
	"server_streaming":            serverStreaming,
	"server_compressed_streaming": serverCompressedStreaming,
	"ping_pong":                   pingPong,
	"empty_stream":                emptyStream,
	"custom_metadata":             customMetadata,
	"status_code_and_message":     statusCodeAndMessage,
	"special_status_message":      specialStatusMessage,
	"unimplemented_method":        unimplementedMethod,
	"unimplemented_service":       unimplementedService,
	"cancel_after_begin":          cancelAfterBegin,
	"cancel_after_first_response": cancelAfterFirstResponse,
	"timeout_on_sleeping_server":  timeoutOnSleepingServer,
}

// offeringGzip compresses the request too: the library offers an encoding only in calls that use it.
var offeringGzip = grpc.UseCompressor(gzip.Name)

func failsWith(err error, code codes.Code) error {
	if got := status.Code(err); got != code {
		return fmt.Errorf("expected status %v, not %v: %v", code, got, err)
	}
	return nil
}

// first returns the first failure of calls, all of which are made, from left to right.
func first(failures ...error) error {
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}

func same(got, expected interface{}, what string) error {
	if got != expected {
		return fmt.Errorf("expected %s to be %v, not %v", what, expected, got)
	}
	return nil
}

func largeRequest() *contract.SimpleRequest {
	return &contract.SimpleRequest{ResponseSize: 314159, Payload: shared.Zeros(271828)}
}

func streamRequest(sent, wanted int32) *contract.StreamingOutputCallRequest {
	return &contract.StreamingOutputCallRequest{Payload: shared.Zeros(sent), ResponseParameters: []*contract.ResponseParameters{{Size: wanted}}}
}

func callLarge(ctx context.Context, c clients, request *contract.SimpleRequest, options ...grpc.CallOption) error {
	response, err := c.test.UnaryCall(ctx, request, options...)
	if err == nil && !bytes.Equal(response.Payload.Body, make([]byte, 314159)) {
		return fmt.Errorf("expected 314159 zeros, not %d bytes", len(response.Payload.Body))
	}
	return err
}

type receiver interface {
	Recv() (*contract.StreamingOutputCallResponse, error)
}

func readNext(from receiver, size int32) error {
	response, err := from.Recv()
	if err != nil {
		return err
	}
	if !bytes.Equal(response.Payload.Body, make([]byte, size)) {
		return fmt.Errorf("expected %d zeros, not %d bytes", size, len(response.Payload.Body))
	}
	return nil
}

// readEnd returns nil for an end with OK.
func readEnd(from receiver) error {
	_, err := from.Recv()
	if err == nil {
		return fmt.Errorf("expected no further response")
	}
	if err == io.EOF {
		return nil
	}
	return err
}

func emptyUnary(ctx context.Context, c clients) error {
	_, err := c.test.EmptyCall(ctx, &contract.Empty{})
	return err
}

func largeUnary(ctx context.Context, c clients) error {
	return callLarge(ctx, c, largeRequest())
}

func clientCompressedUnary(ctx context.Context, c clients) error {
	expecting := func(value bool) *contract.SimpleRequest {
		request := largeRequest()
		request.ExpectCompressed = &contract.BoolValue{Value: value}
		return request
	}
	return first(
		failsWith(callLarge(ctx, c, expecting(true)), codes.InvalidArgument),
		callLarge(ctx, c, expecting(true), grpc.UseCompressor(gzip.Name)),
		callLarge(ctx, c, expecting(false)))
}

func serverCompressedUnary(ctx context.Context, c clients) error {
	for _, wanted := range []bool{true, false} {
		request := largeRequest()
		request.ResponseCompressed = &contract.BoolValue{Value: wanted}
		witnessed, compressed := shared.WithWitness(ctx)
		if err := callLarge(witnessed, c, request, offeringGzip); err != nil {
			return err
		}
		if err := same(*compressed, wanted, "the response's compression"); err != nil {
			return err
		}
	}
	return nil
}

func clientStreaming(ctx context.Context, c clients) error {
	stream, err := c.test.StreamingInputCall(ctx)
	if err != nil {
		return err
	}
	for _, size := range requestSizes {
		if err := stream.Send(&contract.StreamingInputCallRequest{Payload: shared.Zeros(size)}); err != nil {
			return err
		}
	}
	response, err := stream.CloseAndRecv()
	if err != nil {
		return err
	}
	return same(response.AggregatedPayloadSize, int32(74922), "the aggregated size")
}

func serverStreaming(ctx context.Context, c clients) error {
	request := &contract.StreamingOutputCallRequest{}
	for _, size := range responseSizes {
		request.ResponseParameters = append(request.ResponseParameters, &contract.ResponseParameters{Size: size})
	}
	stream, err := c.test.StreamingOutputCall(ctx, request)
	if err != nil {
		return err
	}
	for _, size := range responseSizes {
		if err := readNext(stream, size); err != nil {
			return err
		}
	}
	return readEnd(stream)
}

func serverCompressedStreaming(ctx context.Context, c clients) error {
	wanted := []*contract.ResponseParameters{
		{Size: 31415, Compressed: &contract.BoolValue{Value: true}},
		{Size: 92653, Compressed: &contract.BoolValue{Value: false}},
	}
	witnessed, compressed := shared.WithWitness(ctx)
	stream, err := c.test.StreamingOutputCall(witnessed, &contract.StreamingOutputCallRequest{ResponseParameters: wanted}, offeringGzip)
	if err != nil {
		return err
	}
	for _, w := range wanted {
		if err := readNext(stream, w.Size); err != nil {
			return err
		}
		if err := same(*compressed, w.Compressed.Value, "the response's compression"); err != nil {
			return err
		}
	}
	return readEnd(stream)
}

func pingPong(ctx context.Context, c clients) error {
	stream, err := c.test.FullDuplexCall(ctx)
	if err != nil {
		return err
	}
	for i, size := range requestSizes {
		if err := first(stream.Send(streamRequest(size, responseSizes[i])), readNext(stream, responseSizes[i])); err != nil {
			return err
		}
	}
	return first(stream.CloseSend(), readEnd(stream))
}

func emptyStream(ctx context.Context, c clients) error {
	stream, err := c.test.FullDuplexCall(ctx)
	if err != nil {
		return err
	}
	return first(stream.CloseSend(), readEnd(stream))
}

func customMetadata(ctx context.Context, c clients) error {
	ctx = metadata.AppendToOutgoingContext(ctx, shared.EchoInitial, initialValue, shared.EchoTrailing, trailingValue)
	check := func(header, trailer metadata.MD) error {
		return first(
			same(fmt.Sprintf("%x", header.Get(shared.EchoInitial)), fmt.Sprintf("%x", []string{initialValue}), shared.EchoInitial),
			same(fmt.Sprintf("%x", trailer.Get(shared.EchoTrailing)), fmt.Sprintf("%x", []string{trailingValue}), shared.EchoTrailing))
	}
	var header, trailer metadata.MD
	if err := callLarge(ctx, c, largeRequest(), grpc.Header(&header), grpc.Trailer(&trailer)); err != nil {
		return err
	}
	if err := check(header, trailer); err != nil {
		return err
	}
	stream, err := c.test.FullDuplexCall(ctx)
	if err != nil {
		return err
	}
	if err := first(stream.Send(streamRequest(271828, 314159)), stream.CloseSend(), readNext(stream, 314159), readEnd(stream)); err != nil {
		return err
	}
	if header, err = stream.Header(); err != nil {
		return err
	}
	return check(header, stream.Trailer())
}

func checkStatus(err error, message string) error {
	return first(failsWith(err, codes.Unknown), same(status.Convert(err).Message(), message, "the status message"))
}

func statusComesBack(ctx context.Context, c clients, message string) error {
	request := &contract.SimpleRequest{ResponseStatus: &contract.EchoStatus{Code: int32(codes.Unknown), Message: message}}
	_, err := c.test.UnaryCall(ctx, request)
	return checkStatus(err, message)
}

func statusCodeAndMessage(ctx context.Context, c clients) error {
	const message = "test status message"
	stream, err := c.test.FullDuplexCall(ctx)
	if err != nil {
		return err
	}
	request := &contract.StreamingOutputCallRequest{ResponseStatus: &contract.EchoStatus{Code: int32(codes.Unknown), Message: message}}
	return first(statusComesBack(ctx, c, message), stream.Send(request), stream.CloseSend(), checkStatus(readEnd(stream), message))
}

func specialStatusMessage(ctx context.Context, c clients) error {
	return statusComesBack(ctx, c, "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n")
}

func unimplementedMethod(ctx context.Context, c clients) error {
	_, err := c.test.UnimplementedCall(ctx, &contract.Empty{})
	return failsWith(err, codes.Unimplemented)
}

func unimplementedService(ctx context.Context, c clients) error {
	_, err := c.unimplemented.UnimplementedCall(ctx, &contract.Empty{})
	return failsWith(err, codes.Unimplemented)
}

func cancelAfterBegin(ctx context.Context, c clients) error {
	ctx, cancel := context.WithCancel(ctx)
	stream, err := c.test.StreamingInputCall(ctx)
	if err != nil {
		cancel()
		return err
	}
	cancel()
	_, err = stream.CloseAndRecv()
	return failsWith(err, codes.Canceled)
}

func cancelAfterFirstResponse(ctx context.Context, c clients) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := c.test.FullDuplexCall(ctx)
	if err != nil {
		return err
	}
	if err := first(stream.Send(streamRequest(27182, 31415)), readNext(stream, 31415)); err != nil {
		return err
	}
	cancel()
	return failsWith(readEnd(stream), codes.Canceled)
}

func timeoutOnSleepingServer(ctx context.Context, c clients) error {
	ctx, cancel := context.WithTimeout(ctx, time.Millisecond)
	defer cancel()
	stream, err := c.test.FullDuplexCall(ctx)
	if err == nil {
		stream.Send(&contract.StreamingOutputCallRequest{Payload: shared.Zeros(27182)})
		err = readEnd(stream)
	}
	return failsWith(err, codes.DeadlineExceeded)
}
