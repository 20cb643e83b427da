"""Reads features over gRPC with code generated from proto/ and nothing else of Larder.

Usage: read_features.py GENERATED_DIR ADDRESS SERVICE JOIN_KEY VALUE [VALUE ...]
Prints one JSON document: a list with one object per entity, feature -> {value, status, event_time_micros}.
"""

import json
import sys

import grpc


def plain(value):
    """A Value message as a Python value; None when no field is set."""
    field = value.WhichOneof("val")
    return None if field is None else getattr(value, field)


def main() -> None:
    generated, address, service, join_key, *keys = sys.argv[1:]
    sys.path.insert(0, generated)
    from larder.serving.v1 import serving_pb2, serving_pb2_grpc, value_pb2

    column = serving_pb2.JoinKeyColumn(name=join_key, values=[value_pb2.Value(string_val=key) for key in keys])
    request = serving_pb2.GetOnlineFeaturesRequest(feature_service=service, join_keys=[column])
    with grpc.insecure_channel(address) as channel:
        response = serving_pb2_grpc.ServingServiceStub(channel).GetOnlineFeatures(request, timeout=5)

    answers = []
    for entity in response.entities:
        answer = {}
        for view, row in zip(response.metadata.views, entity.views):
            for index, name in enumerate(view.feature_names):
                status = row.value_statuses[index] if row.value_statuses else row.status
                answer[name] = {
                    "value": plain(row.values[index]),
                    "status": serving_pb2.Status.Name(status),
                    "event_time_micros": row.event_time_micros if row.HasField("event_time_micros") else None,
                }
        answers.append(answer)
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
