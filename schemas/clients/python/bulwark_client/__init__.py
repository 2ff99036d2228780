"""Uploads images to Bulwark, obeys its decisions, and asks for scores.

Kafka settings are those of confluent-kafka; they may hold anything that the cluster needs (TLS, SASL). No class may be
used by two threads at once.
"""

import dataclasses
import datetime
import importlib.resources
import io
import json
import time
import typing
import urllib.error
import urllib.request
import uuid

import avro.io
import avro.schema
import confluent_kafka

__all__ = [
    "Decision",
    "DecisionSubscriber",
    "DeliveryError",
    "ImageLocation",
    "ImageProducer",
    "ScoreClient",
    "ScoreError",
    "UnknownSchemaError",
    "UploadTooLargeError",
]

#: What a record has beside its value: key, headers, the frame of a batch; in bytes.
_BESIDE_VALUE = 4096
_MAX_UPLOAD = 16 << 20


class UploadTooLargeError(ValueError):
    """An upload is larger than bulwark.topics.max-upload-bytes allows; send its location instead."""


class DeliveryError(Exception):
    """Kafka did not take some uploads; ``image_ids`` names them."""

    def __init__(self, image_ids, reason):
        super().__init__(f"{len(image_ids)} uploads were not delivered ({', '.join(image_ids[:5])}): {reason}")
        self.image_ids = image_ids


class UnknownSchemaError(ValueError):
    """A value begins with ten bytes of no schema that is known here or on moderation.schemas."""


class ScoreError(Exception):
    """The score server gave no scores: ``status`` of HTTP, its ``problem`` document where it sent one, and the seconds
    after which to come again, or None."""

    def __init__(self, status, problem, retry_after):
        super().__init__(f"status {status}: {problem.get('detail') or problem.get('title') or 'no reason given'}")
        self.status = status
        self.problem = problem
        self.retry_after = retry_after


@dataclasses.dataclass(frozen=True)
class ImageLocation:
    """Where a worker fetches an image."""

    uri: str
    #: Lower-case hexadecimal, or None; a file that differs is refused.
    sha256: typing.Optional[str] = None
    size_bytes: typing.Optional[int] = None


@dataclasses.dataclass(frozen=True)
class Decision:
    """What holds for an image from now on."""

    tenant: str
    image_id: str
    #: SAFE, NSFW, REVIEW, REFUSED or UNKNOWN; None where the image was forgotten, which is not SAFE.
    decision: typing.Optional[str]
    #: The whole ModerationDecision, field by field; None where the image was forgotten.
    record: typing.Optional[dict]

    @property
    def may_be_shown(self):
        """SAFE alone may: what is unsure, refused or forgotten is not public."""
        return self.decision == "SAFE"


class _Contract:
    """Avro's single-object encoding: ten bytes that say which schema, then the record."""

    def __init__(self, record):
        text = importlib.resources.files(__package__).joinpath("schemas.json").read_text("utf-8")
        entries = json.loads(text)[record]
        self._known = {bytes.fromhex(entry["header"]): avro.schema.parse(json.dumps(entry["schema"])) for entry in entries}
        self._header, self._schema = list(self._known.items())[-1]

    def encode(self, value):
        out = io.BytesIO()
        avro.io.DatumWriter(self._schema).write(value, avro.io.BinaryEncoder(out))
        return self._header + out.getvalue()

    def knows(self, data):
        return data[:10] in self._known

    def learn(self, header, schema):
        self._known[header] = avro.schema.parse(schema)

    def decode(self, data):
        reader = avro.io.DatumReader(self._known[data[:10]], self._schema)
        return reader.read(avro.io.BinaryDecoder(io.BytesIO(data[10:])))


class ImageProducer:
    """Puts images on ``images.uploaded``.

    :param settings: of confluent-kafka, ``bootstrap.servers`` at least
    :param prefix: ``bulwark.topics.prefix`` of the Bulwark that is meant
    :param max_upload_bytes: its ``bulwark.topics.max-upload-bytes``
    """

    def __init__(self, settings, prefix="", max_upload_bytes=_MAX_UPLOAD):
        self._topic = prefix + "images.uploaded"
        self._max_upload_bytes = max_upload_bytes
        self._contract = _Contract("ImageUploaded")
        self._waiting = {}
        self._reason = None
        self._producer = confluent_kafka.Producer(
            {"enable.idempotence": True, **settings, "acks": "all", "message.max.bytes": max_upload_bytes}
        )

    def upload(self, image_id, content, uploader_id, tenant="default", attributes=None):
        """Sends one image; it is delivered when :meth:`flush` returns.

        :param image_id: unique among uploads
        :param content: the encoded file as bytes, or an :class:`ImageLocation`
        :param uploader_id: a pseudonymous account id
        :raises UploadTooLargeError: where the file must be sent as a location
        """
        if isinstance(content, ImageLocation):
            content = {"uri": content.uri, "sha256": content.sha256, "sizeBytes": content.size_bytes}
        else:
            content = {"bytes": bytes(content)}
        value = self._contract.encode(
            {
                "imageId": image_id,
                "uploaderId": uploader_id,
                "tenant": tenant,
                "uploadedAt": datetime.datetime.now(datetime.timezone.utc),
                "content": content,
                "attributes": dict(attributes or {}),
            }
        )
        if len(value) > self._max_upload_bytes - _BESIDE_VALUE:
            raise UploadTooLargeError(
                f"The upload has {len(value)} bytes, allowed are {self._max_upload_bytes - _BESIDE_VALUE}"
                f" (bulwark.topics.max-upload-bytes is {self._max_upload_bytes}): send its location instead."
            )
        while True:
            try:
                self._producer.produce(self._topic, key=image_id, value=value, on_delivery=self._delivered)
                self._waiting[image_id] = self._waiting.get(image_id, 0) + 1
                self._producer.poll(0)
                return
            except BufferError:
                self._producer.poll(0.1)

    def _delivered(self, error, message):
        image_id = message.key().decode()
        if error is not None:
            self._reason = error
            return
        self._waiting[image_id] -= 1
        if self._waiting[image_id] == 0:
            del self._waiting[image_id]

    def flush(self, timeout=60.0):
        """Waits until Kafka has every upload.

        :param timeout: in seconds
        :raises DeliveryError: naming what it does not have; some of them may still arrive
        """
        if self._producer.flush(timeout):
            self._reason = self._reason or f"Kafka did not answer within {timeout} seconds"
        missing, self._waiting = sorted(self._waiting), {}
        reason, self._reason = self._reason, None
        if missing:
            raise DeliveryError(missing, reason)


class DecisionSubscriber:
    """Follows ``moderation.decisions``: iterate over it.

    A decision counts as handled when the next one is asked for; what was not handled comes again after a restart, so
    handling one twice must do no harm.

    :param settings: of confluent-kafka, ``bootstrap.servers`` at least
    :param group: must begin with ``bulwark-subscriber``, which is what subscribers may use
    :param prefix: ``bulwark.topics.prefix`` of the Bulwark that is meant; it comes before the group, too
    """

    def __init__(self, settings, group, prefix=""):
        if not group.startswith("bulwark-subscriber"):
            raise ValueError(f"The group is '{group}'; it must begin with bulwark-subscriber.")
        self._settings = {"auto.offset.reset": "earliest", **settings, "isolation.level": "read_committed"}
        self._schemas_topic = prefix + "moderation.schemas"
        self._group = prefix + group
        self._contract = _Contract("ModerationDecision")
        self._consumer = confluent_kafka.Consumer(
            {**self._settings, "group.id": self._group, "enable.auto.offset.store": False}
        )
        self._consumer.subscribe([prefix + "moderation.decisions"])

    def __iter__(self):
        while True:
            message = self._consumer.poll(1.0)
            if message is None:
                continue
            if message.error():
                raise confluent_kafka.KafkaException(message.error())
            try:
                yield self._decision(message)
            except GeneratorExit:
                # Not handled: it comes again, also to another iteration of this process.
                self._consumer.seek(
                    confluent_kafka.TopicPartition(message.topic(), message.partition(), message.offset())
                )
                raise
            self._consumer.store_offsets(message)

    def _decision(self, message):
        tenant, _, image_id = message.key().decode().partition("/")
        tenant = tenant.replace("%2F", "/").replace("%25", "%")
        data = message.value()
        if data is None:
            return Decision(tenant, image_id, None, None)
        if not self._contract.knows(data):
            self._learn(data[:10])
        record = self._contract.decode(data)
        return Decision(tenant, image_id, record["decision"], record)

    def _learn(self, header):
        """A writer may be a release ahead: its schema is on moderation.schemas under the header's last eight bytes, the
        lowest first."""
        key = header[:1:-1].hex().encode()
        consumer = confluent_kafka.Consumer({**self._settings, "group.id": self._group, "enable.auto.commit": False})
        try:
            partition = confluent_kafka.TopicPartition(self._schemas_topic, 0, confluent_kafka.OFFSET_BEGINNING)
            _, end = consumer.get_watermark_offsets(partition, timeout=10)
            consumer.assign([partition])
            until = time.monotonic() + 10
            while header[:2] == b"\xc3\x01" and time.monotonic() < until:
                message = consumer.poll(0.2)
                if message is None or message.error():
                    continue
                if message.key() == key and message.value() is not None:
                    self._contract.learn(header, message.value().decode())
                    return
                if message.offset() + 1 >= end:
                    break
        finally:
            consumer.close()
        raise UnknownSchemaError(f"no schema of ModerationDecision begins with {header.hex()}")

    def close(self):
        """Leaves the group; what was handled is noted."""
        self._consumer.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class ScoreClient:
    """Asks a score server for decisions within the request.

    :param url: of the server, without a path
    :param token: as its tokens file knows it
    :param timeout: in seconds
    """

    def __init__(self, url, token, timeout=30.0):
        self._url = url.rstrip("/") + "/api/v1/score"
        self._token = token
        self._timeout = timeout

    def score(self, files):
        """Scores files.

        :param files: pairs, or a dict, of names and bytes of encoded images; a name becomes the image id
        :returns: the answer's entries, in the same order: ``imageId`` with ``decision``, ``score`` and ``verdict``, or
            with a ``problem`` in their place
        :raises ScoreError: for every status but 200
        """
        boundary = uuid.uuid4().hex
        body = io.BytesIO()
        for name, data in files.items() if hasattr(files, "items") else files:
            name = name.replace("\\", "\\\\").replace('"', '\\"').replace("\r", " ").replace("\n", " ")
            head = f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="{name}"\r\n\r\n'
            body.write(head.encode() + data + b"\r\n")
        body.write(f"--{boundary}--\r\n".encode())
        request = urllib.request.Request(
            self._url,
            body.getvalue(),
            {"Authorization": f"Bearer {self._token}", "Content-Type": f"multipart/form-data; boundary={boundary}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:
                return json.load(answer)["images"]
        except urllib.error.HTTPError as refused:
            try:
                problem = json.load(refused)
            except ValueError:
                problem = {}
            after = refused.headers.get("Retry-After", "")
            raise ScoreError(refused.code, problem, int(after) if after.isdigit() else None) from None
