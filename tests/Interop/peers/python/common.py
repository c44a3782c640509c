"""What the client and the server share."""
import argparse
import pathlib

from contract import messages_pb2

ECHO_INITIAL = "x-grpc-test-echo-initial"
ECHO_TRAILING = "x-grpc-test-echo-trailing-bin"


def zeros(size):
    return messages_pb2.Payload(body=bytes(size))


def read_flags(**defaults):
    parser = argparse.ArgumentParser()
    for name, default in defaults.items():
        parser.add_argument(f"--{name}", default=default)
    return parser.parse_args()


def read_credential(folder, file):
    return pathlib.Path(folder, file).read_bytes()
