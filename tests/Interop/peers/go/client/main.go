package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"interop/contract"
	"interop/shared"
)

type clients struct {
	test          contract.TestServiceClient
	unimplemented contract.UnimplementedServiceClient
}

func connect(address string, options []grpc.DialOption) (*grpc.ClientConn, clients) {
	connection, err := grpc.Dial(address, append(options, grpc.WithStatsHandler(shared.Witness{}))...)
	if err != nil {
		log.Fatal(err)
	}
	return connection, clients{contract.NewTestServiceClient(connection), contract.NewUnimplementedServiceClient(connection)}
}

func run(name, address string, options []grpc.DialOption) bool {
	connection, clients := connect(address, options)
	defer connection.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if err := cases[name](ctx, clients); err != nil {
		fmt.Printf("%s failed: %v\n", name, err)
		return false
	}
	fmt.Printf("%s ok\n", name)
	return true
}

func main() {
	host := flag.String("server_host", "127.0.0.1", "")
	override := flag.String("server_host_override", "", "")
	port := flag.Int("server_port", 0, "")
	names := flag.String("test_case", "", "")
	useTLS := flag.Bool("use_tls", false, "")
	useTestCA := flag.Bool("use_test_ca", false, "")
	folder := flag.String("credentials", "", "")
	flag.Parse()

	options := []grpc.DialOption{grpc.WithInsecure()}
	if *useTLS {
		transport := credentials.NewClientTLSFromCert(nil, *override)
		if *useTestCA {
			var err error
			if transport, err = credentials.NewClientTLSFromFile(filepath.Join(*folder, "ca.pem"), *override); err != nil {
				log.Fatal(err)
			}
		}
		options = []grpc.DialOption{grpc.WithTransportCredentials(transport)}
	} else if *override != "" {
		options = append(options, grpc.WithAuthority(*override))
	}
	passed := true
	for _, name := range strings.Split(*names, ",") {
		passed = run(name, fmt.Sprintf("%s:%d", *host, *port), options) && passed
	}
	if !passed {
		os.Exit(1)
	}
}
