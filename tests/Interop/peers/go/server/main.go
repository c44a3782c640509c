package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"path/filepath"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	_ "google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"interop/contract"
	"interop/shared"
)

type testService struct {
	contract.UnimplementedTestServiceServer
}

// echo sends back the metadata that asks for it.
func echo(ctx context.Context, header, trailer func(metadata.MD)) {
	incoming, _ := metadata.FromIncomingContext(ctx)
	if values := incoming.Get(shared.EchoInitial); len(values) > 0 {
		header(metadata.Pairs(shared.EchoInitial, values[0]))
	}
	if values := incoming.Get(shared.EchoTrailing); len(values) > 0 {
		trailer(metadata.Pairs(shared.EchoTrailing, values[0]))
	}
}

func echoStream(stream grpc.ServerStream) {
	echo(stream.Context(), func(header metadata.MD) { stream.SetHeader(header) }, stream.SetTrailer)
}

func wanted(response *contract.EchoStatus) error {
	return status.Error(codes.Code(response.GetCode()), response.GetMessage())
}

func checkCompression(ctx context.Context, expected *contract.BoolValue) error {
	if expected != nil && expected.Value != shared.WasCompressed(ctx) {
		return status.Error(codes.InvalidArgument, "The message's compression is not what it says.")
	}
	return nil
}

type sender interface {
	Send(*contract.StreamingOutputCallResponse) error
}

func answer(request *contract.StreamingOutputCallRequest, to sender) error {
	for _, wanted := range request.ResponseParameters {
		if err := to.Send(&contract.StreamingOutputCallResponse{Payload: shared.Zeros(wanted.Size)}); err != nil {
			return err
		}
	}
	return nil
}

func (testService) EmptyCall(context.Context, *contract.Empty) (*contract.Empty, error) {
	return &contract.Empty{}, nil
}

func (testService) UnaryCall(ctx context.Context, request *contract.SimpleRequest) (*contract.SimpleResponse, error) {
	if err := checkCompression(ctx, request.ExpectCompressed); err != nil {
		return nil, err
	}
	echo(ctx, func(header metadata.MD) { grpc.SetHeader(ctx, header) }, func(trailer metadata.MD) { grpc.SetTrailer(ctx, trailer) })
	if err := wanted(request.ResponseStatus); err != nil {
		return nil, err
	}
	return &contract.SimpleResponse{Payload: shared.Zeros(request.ResponseSize)}, nil
}

func (testService) StreamingInputCall(stream contract.TestService_StreamingInputCallServer) error {
	echoStream(stream)
	size := 0
	for {
		request, err := stream.Recv()
		if err == io.EOF {
			return stream.SendAndClose(&contract.StreamingInputCallResponse{AggregatedPayloadSize: int32(size)})
		}
		if err == nil {
			err = checkCompression(stream.Context(), request.ExpectCompressed)
		}
		if err != nil {
			return err
		}
		size += len(request.GetPayload().GetBody())
	}
}

func (testService) StreamingOutputCall(request *contract.StreamingOutputCallRequest, stream contract.TestService_StreamingOutputCallServer) error {
	echoStream(stream)
	if err := answer(request, stream); err != nil {
		return err
	}
	return wanted(request.ResponseStatus)
}

func (testService) FullDuplexCall(stream contract.TestService_FullDuplexCallServer) error {
	echoStream(stream)
	for {
		request, err := stream.Recv()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = wanted(request.ResponseStatus)
		}
		if err == nil {
			err = answer(request, stream)
		}
		if err != nil {
			return err
		}
	}
}

func main() {
	port := flag.Int("port", 0, "")
	useTLS := flag.Bool("use_tls", false, "")
	folder := flag.String("credentials", "", "")
	flag.Parse()

	options := []grpc.ServerOption{grpc.StatsHandler(shared.Witness{})}
	if *useTLS {
		pair, err := credentials.NewServerTLSFromFile(filepath.Join(*folder, "server1.pem"), filepath.Join(*folder, "server1.key"))
		if err != nil {
			log.Fatal(err)
		}
		options = append(options, grpc.Creds(pair))
	}
	server := grpc.NewServer(options...)
	contract.RegisterTestServiceServer(server, &testService{})
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("listening on %d\n", listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(server.Serve(listener))
}
