"""Reads features as a client of Feast does, and asks the server what it offers by the reflection protocol.

Usage: read_feast.py GENERATED_DIR ADDRESS
Stdin: {"service": NAME} or {"features": ["view:feature", ...]}, "full": bool, "entities": {"join_key": [value, ...]}
Prints one JSON document: {"services", "version", "names", "columns": {name: {"values", "statuses", "seconds"}}} or {"code", "details"}.

The stubs are those of the package `feast` where it is installed, else generated from proto/feast.
"""

import json
import sys

import grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase


def stubs(generated: str):
    try:
        from feast.protos.feast.serving import ServingService_pb2, ServingService_pb2_grpc
        from feast.protos.feast.types import Value_pb2
    except ImportError:
        sys.path.insert(0, generated)
        from feast.serving import ServingService_pb2, ServingService_pb2_grpc
        from feast.types import Value_pb2
    return ServingService_pb2, ServingService_pb2_grpc, Value_pb2


def plain(value):
    """A Value message as JSON can hold it; None when no field is set."""
    field = value.WhichOneof("val")
    if field is None:
        return None
    content = getattr(value, field)
    content = list(content.val) if field.endswith("_list_val") else content
    return content.hex() if isinstance(content, bytes) else content


def key(values, value):
    return values.Value(string_val=value) if isinstance(value, str) else values.Value(int64_val=value)


def main() -> None:
    generated, address = sys.argv[1:]
    asked = json.load(sys.stdin)
    service, service_grpc, values = stubs(generated)
    request = service.GetOnlineFeaturesRequest(full_feature_names=asked.get("full", False))
    if "service" in asked:
        request.feature_service = asked["service"]
    else:
        request.features.val.extend(asked["features"])
    for name, keys in asked["entities"].items():
        request.entities[name].val.extend(key(values, each) for each in keys)
    with grpc.insecure_channel(address) as channel:
        services = sorted(ProtoReflectionDescriptorDatabase(channel).get_services())
        stub = service_grpc.ServingServiceStub(channel)
        version = stub.GetFeastServingInfo(service.GetFeastServingInfoRequest(), timeout=5).version
        try:
            response = stub.GetOnlineFeatures(request, timeout=5)
        except grpc.RpcError as error:
            print(json.dumps({"code": error.code().name, "details": error.details()}))
            return
    names = list(response.metadata.feature_names.val)
    columns = {
        name: {
            "values": [plain(value) for value in vector.values],
            "statuses": [service.FieldStatus.Name(status) for status in vector.statuses],
            "seconds": [time.seconds + time.nanos / 1e9 for time in vector.event_timestamps],
        }
        for name, vector in zip(names, response.results)
    }
    print(json.dumps({"services": services, "version": version, "names": names, "columns": columns}))


if __name__ == "__main__":
    main()
