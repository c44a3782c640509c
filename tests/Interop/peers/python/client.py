import sys

import grpc

import cases
from common import read_credential, read_flags
from contract import test_pb2_grpc


def connect(flags):
    address = f"{flags.server_host}:{flags.server_port}"
    override = flags.server_host_override
    options = [("grpc.ssl_target_name_override", override), ("grpc.default_authority", override)] if override else []
    if flags.use_tls != "true":
        return grpc.insecure_channel(address, options)
    authority = read_credential(flags.credentials, "ca.pem") if flags.use_test_ca == "true" else None
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(authority), options)


def run(name, flags):
    with connect(flags) as channel:
        test = test_pb2_grpc.TestServiceStub(channel)
        unimplemented = test_pb2_grpc.UnimplementedServiceStub(channel)
        try:
            getattr(cases, name)(test, unimplemented)
            print(f"{name} ok")
            return True
        except (AssertionError, grpc.RpcError) as failure:
            print(f"{name} failed: {' '.join(str(failure).split())}")
            return False


def main():
    flags = read_flags(
        server_host="127.0.0.1", server_host_override="", server_port="", test_case="", use_tls="false", use_test_ca="false", credentials="")
    passed = [run(name, flags) for name in flags.test_case.split(",")]
    sys.exit(0 if all(passed) else 1)


main()
