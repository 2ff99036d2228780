"""python3 -m bulwark_client upload BROKERS IMAGE_ID FILE [IMAGE_ID FILE]...
python3 -m bulwark_client decisions BROKERS GROUP COUNT [KEY]   a line each, of key and decision, of that key alone if given
python3 -m bulwark_client score URL FILE...                      the token is in BULWARK_SCORE_TOKEN

BULWARK_TOPICS_PREFIX comes before topics and group. With KAFKA_USERNAME and KAFKA_PASSWORD the connection is TLS with
SCRAM-SHA-512, and KAFKA_CA_FILE names the certificates to trust."""

import os
import pathlib
import sys

from . import DecisionSubscriber, ImageProducer, ScoreClient


def kafka(brokers):
    settings = {"bootstrap.servers": brokers}
    if "KAFKA_USERNAME" in os.environ:
        settings.update(
            {
                "security.protocol": "SASL_SSL",
                "sasl.mechanism": "SCRAM-SHA-512",
                "sasl.username": os.environ["KAFKA_USERNAME"],
                "sasl.password": os.environ["KAFKA_PASSWORD"],
            }
        )
    if "KAFKA_CA_FILE" in os.environ:
        settings["ssl.ca.location"] = os.environ["KAFKA_CA_FILE"]
    return settings


def main():
    prefix = os.environ.get("BULWARK_TOPICS_PREFIX", "")
    command = sys.argv[1:2]
    words = sys.argv[2:]
    if command == ["upload"] and len(words) > 2 and len(words) % 2 == 1:
        producer = ImageProducer(kafka(words[0]), prefix)
        for image_id, file in zip(words[1::2], words[2::2]):
            producer.upload(image_id, pathlib.Path(file).read_bytes(), "account-1")
        producer.flush()
    elif command == ["decisions"] and len(words) in (3, 4):
        left = int(words[2])
        with DecisionSubscriber(kafka(words[0]), words[1], prefix) as decisions:
            for decision in decisions:
                key = f"{decision.tenant}/{decision.image_id}"
                if words[3:] in ([], [key]):
                    print(key, decision.decision or "forgotten", flush=True)
                    left -= 1
                    if left == 0:
                        break
    elif command == ["score"] and len(words) > 1:
        client = ScoreClient(words[0], os.environ["BULWARK_SCORE_TOKEN"])
        for entry in client.score({name: pathlib.Path(name).read_bytes() for name in words[1:]}):
            print(entry["imageId"], entry.get("decision") or entry["problem"]["type"])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
