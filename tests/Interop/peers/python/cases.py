"""The cases of the interop description: one function each, named like the case."""
import itertools
import queue
import threading

import grpc

from common import ECHO_INITIAL, ECHO_TRAILING, zeros
from contract import empty_pb2, messages_pb2

REQUEST_SIZES = [27182, 8, 1828, 45904]
RESPONSE_SIZES = [31415, 9, 2653, 58979]
METADATA = ((ECHO_INITIAL, "test_initial_metadata_value"), (ECHO_TRAILING, b"\xab\xab\xab"))
GZIP = grpc.Compression.Gzip


def large_request(**more):
    return messages_pb2.SimpleRequest(response_size=314159, payload=zeros(271828), **more)


def stream_request(sent, wanted):
    parameters = [messages_pb2.ResponseParameters(size=wanted)]
    return messages_pb2.StreamingOutputCallRequest(payload=zeros(sent), response_parameters=parameters)


def echo_status(message):
    return messages_pb2.EchoStatus(code=2, message=message)


def same(expected, actual):
    if expected != actual:
        raise AssertionError(f"expected {str(expected)[:200]!r}, not {str(actual)[:200]!r}")


def fails_with(code, call):
    try:
        call()
    except grpc.RpcError as failure:
        same(code, failure.code())
        return failure
    raise AssertionError("the call succeeded")


def until(event):
    """No requests, and no end of them either until the event."""
    event.wait()
    yield from ()


def sizes(responses):
    return [len(response.payload.body) for response in responses]


def empty_unary(test, _):
    same(empty_pb2.Empty(), test.EmptyCall(empty_pb2.Empty()))


def large_unary(test, _):
    same(zeros(314159), test.UnaryCall(large_request()).payload)


def client_compressed_unary(test, _):
    expecting = messages_pb2.BoolValue(value=True)
    fails_with(grpc.StatusCode.INVALID_ARGUMENT, lambda: test.UnaryCall(large_request(expect_compressed=expecting)))
    same(zeros(314159), test.UnaryCall(large_request(expect_compressed=expecting), compression=GZIP).payload)
    plain = large_request(expect_compressed=messages_pb2.BoolValue(value=False))
    same(zeros(314159), test.UnaryCall(plain).payload)


def server_compressed_unary(test, _):
    # The library does not show the flag of a message: that the payload is whole is all that can be seen.
    for value in (True, False):
        request = large_request(response_compressed=messages_pb2.BoolValue(value=value))
        same(zeros(314159), test.UnaryCall(request).payload)


def client_streaming(test, _):
    requests = (messages_pb2.StreamingInputCallRequest(payload=zeros(size)) for size in REQUEST_SIZES)
    same(74922, test.StreamingInputCall(requests).aggregated_payload_size)


def server_streaming(test, _):
    parameters = [messages_pb2.ResponseParameters(size=size) for size in RESPONSE_SIZES]
    request = messages_pb2.StreamingOutputCallRequest(response_parameters=parameters)
    same(RESPONSE_SIZES, sizes(test.StreamingOutputCall(request)))


def server_compressed_streaming(test, _):
    wanted = [
        messages_pb2.ResponseParameters(size=31415, compressed=messages_pb2.BoolValue(value=True)),
        messages_pb2.ResponseParameters(size=92653, compressed=messages_pb2.BoolValue(value=False)),
    ]
    request = messages_pb2.StreamingOutputCallRequest(response_parameters=wanted)
    same([31415, 92653], sizes(test.StreamingOutputCall(request)))


def ping_pong(test, _):
    requests = queue.SimpleQueue()
    call = test.FullDuplexCall(iter(requests.get, None))
    for sent, wanted in zip(REQUEST_SIZES, RESPONSE_SIZES):
        requests.put(stream_request(sent, wanted))
        same(wanted, len(next(call).payload.body))
    requests.put(None)
    same([], sizes(call))


def empty_stream(test, _):
    same([], sizes(test.FullDuplexCall(iter(()))))


def custom_metadata(test, _):
    response, unary = test.UnaryCall.with_call(large_request(), metadata=METADATA)
    same(zeros(314159), response.payload)
    duplex = test.FullDuplexCall(iter([stream_request(271828, 314159)]), metadata=METADATA)
    same([314159], sizes(duplex))
    for call in (unary, duplex):
        same("test_initial_metadata_value", dict(call.initial_metadata()).get(ECHO_INITIAL))
        same(b"\xab\xab\xab", dict(call.trailing_metadata()).get(ECHO_TRAILING))


def status_comes_back(test, message):
    request = messages_pb2.SimpleRequest(response_status=echo_status(message))
    same(message, fails_with(grpc.StatusCode.UNKNOWN, lambda: test.UnaryCall(request)).details())


def status_code_and_message(test, _):
    status_comes_back(test, "test status message")
    request = messages_pb2.StreamingOutputCallRequest(response_status=echo_status("test status message"))
    failure = fails_with(grpc.StatusCode.UNKNOWN, lambda: sizes(test.FullDuplexCall(iter([request]))))
    same("test status message", failure.details())


def special_status_message(test, _):
    status_comes_back(test, "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n")


def unimplemented_method(test, _):
    fails_with(grpc.StatusCode.UNIMPLEMENTED, lambda: test.UnimplementedCall(empty_pb2.Empty()))


def unimplemented_service(_, unimplemented):
    fails_with(grpc.StatusCode.UNIMPLEMENTED, lambda: unimplemented.UnimplementedCall(empty_pb2.Empty()))


def cancel_after_begin(test, _):
    over = threading.Event()
    call = test.StreamingInputCall.future(until(over))
    call.cancel()
    same(grpc.StatusCode.CANCELLED, call.code())
    over.set()


def cancel_after_first_response(test, _):
    over = threading.Event()
    call = test.FullDuplexCall(itertools.chain([stream_request(27182, 31415)], until(over)))
    same(31415, len(next(call).payload.body))
    call.cancel()
    fails_with(grpc.StatusCode.CANCELLED, lambda: next(call))
    over.set()


def timeout_on_sleeping_server(test, _):
    request = messages_pb2.StreamingOutputCallRequest(payload=zeros(27182))
    over = threading.Event()
    call = test.FullDuplexCall(itertools.chain([request], until(over)), timeout=0.001)
    fails_with(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: next(call))
    over.set()
