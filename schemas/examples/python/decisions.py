"""python3 decisions.py <host:port> <group> <how many> [key]: a line each, of key and decision, of that key alone where one
is given; a tombstone means forgotten"""

import sys

import confluent_kafka
import contract

broker, group, count, *wanted = sys.argv[1:]
decode = contract.decoder("ModerationDecision")
consumer = confluent_kafka.Consumer(
    {
        "bootstrap.servers": broker,
        "group.id": group,
        "auto.offset.reset": "earliest",
        "isolation.level": "read_committed",
    }
)
consumer.subscribe(["moderation.decisions"])
left = int(count)
while left:
    message = consumer.poll(1)
    if message is None:
        continue
    if message.error():
        sys.exit(str(message.error()))
    key = message.key().decode()
    if wanted and key not in wanted:
        continue
    decision = "forgotten" if message.value() is None else decode(message.value())["decision"]
    print(key, decision, flush=True)
    left -= 1
consumer.close()
