"""Debian's python3-grpcio, which is gRPC's C core: the second HTTP/2 stack that talks to the sidecar."""
import json
import os
import queue

import grpc
import echo_pb2
import echo_pb2_grpc
from dapr.proto.runtime.v1 import appcallback_pb2, dapr_pb2_grpc, pubsub_pb2, state_pb2
from dapr.proto.common.v1 import common_pb2

apps = json.loads(os.environ["PARTIES"])["apps"]
caller, proxied = apps["caller"], apps["proxied"]
token = ("dapr-api-token", caller["api_token"])
limit = 15


def state(dapr):
    item = common_pb2.StateItem(key="python", value=b"\x00\xff")
    dapr.SaveState(state_pb2.SaveStateRequest(store_name="store", states=[item]), metadata=[token], timeout=limit)
    read = dapr.GetState(state_pb2.GetStateRequest(store_name="store", key="python"), metadata=[token], timeout=limit)
    assert read.data == b"\x00\xff" and read.etag, read
    item.etag.value = "00000000-0000-0000-0000-000000000000"
    try:
        dapr.SaveState(state_pb2.SaveStateRequest(store_name="store", states=[item]), metadata=[token], timeout=limit)
        raise AssertionError("a foreign etag was taken")
    except grpc.RpcError as taken:
        assert taken.code() == grpc.StatusCode.ABORTED, taken


def subscription(dapr):
    requests = queue.Queue()
    stream = dapr.SubscribeTopicEventsAlpha1(iter(requests.get, None), metadata=[token], timeout=limit)
    initial = pubsub_pb2.SubscribeTopicEventsRequestInitialAlpha1(pubsub_name="pubsub", topic="python")
    requests.put(pubsub_pb2.SubscribeTopicEventsRequestAlpha1(initial_request=initial))
    assert next(stream).HasField("initial_response")
    dapr.PublishEvent(pubsub_pb2.PublishEventRequest(pubsub_name="pubsub", topic="python", data=b'"hello"', data_content_type="application/json"), metadata=[token], timeout=limit)
    event = next(stream).event_message
    assert event.data == b'"hello"' and event.topic == "python", event
    done = appcallback_pb2.TopicEventResponse(status=appcallback_pb2.TopicEventResponse.SUCCESS)
    requests.put(pubsub_pb2.SubscribeTopicEventsRequestAlpha1(event_processed=pubsub_pb2.SubscribeTopicEventsRequestProcessedAlpha1(id=event.id, status=done)))
    stream.cancel()
    requests.put(None)


def proxy(channel):
    echo = echo_pb2_grpc.EchoStub(channel)
    to = ("dapr-app-id", proxied["app_id"])
    assert echo.Unary(echo_pb2.Text(text="snake"), metadata=[token, to], timeout=limit).text == "SNAKE"
    texts = [echo_pb2.Text(text=t) for t in ("a", "b", "c")]
    answers = [t.text for t in echo.Chat(iter(texts), metadata=[token, to, ("dapr-stream", "true")], timeout=limit)]
    assert answers == ["A", "B", "C"], answers
    try:
        echo.Unary(echo_pb2.Text(text="fail"), metadata=[token, to], timeout=limit)
        raise AssertionError("it did not fail")
    except grpc.RpcError as failure:
        assert failure.code() == grpc.StatusCode.NOT_FOUND and failure.details() == "no such thing: ü", failure
        assert ("x-why", "because") in failure.trailing_metadata(), failure.trailing_metadata()


with grpc.insecure_channel(f"127.0.0.1:{caller['grpc_port']}") as channel:
    dapr = dapr_pb2_grpc.DaprStub(channel)
    state(dapr)
    subscription(dapr)
    proxy(channel)
