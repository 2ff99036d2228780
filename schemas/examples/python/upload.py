"""python3 upload.py <host:port> <image id> <file>"""

import datetime
import pathlib
import sys

import confluent_kafka
import contract

broker, image_id, file = sys.argv[1:]
value = contract.encode(
    "ImageUploaded",
    {
        "imageId": image_id,
        "uploaderId": "account-1",
        "tenant": "default",
        "uploadedAt": datetime.datetime.now(datetime.timezone.utc),
        "content": {"bytes": pathlib.Path(file).read_bytes()},
        "attributes": {},
    },
)
producer = confluent_kafka.Producer({"bootstrap.servers": broker, "acks": "all", "message.max.bytes": 16777216})
producer.produce("images.uploaded", key=image_id, value=value, on_delivery=lambda error, _: error and sys.exit(str(error)))
sys.exit(1 if producer.flush(30) else 0)
