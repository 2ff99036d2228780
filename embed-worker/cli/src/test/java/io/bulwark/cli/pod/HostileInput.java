package io.bulwark.cli.pod;

import io.bulwark.events.ImageLocation;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.events.Reason;
import io.bulwark.imaging.HostileImages;
import io.bulwark.imaging.heif.HeifFiles;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Every forbidden input, with its documented answer. The table of outcomes is made from this
 * enum, and {@link HostileInputIT} holds a worker to it.
 */
enum HostileInput {
    EMPTY_FILE("an empty file", refused(Reason.EMPTY_FILE), inline(() -> new byte[0])),
    TRUNCATED_JPEG("a truncated JPEG", refused(Reason.CORRUPT_IMAGE), inline(HostileImages::truncatedJpeg)),
    HTML("HTML named `.jpg`", refused(Reason.NOT_AN_IMAGE), inline(HostileImages::html)),
    SVG("SVG", refused(Reason.UNSUPPORTED_FORMAT), inline(HostileImages::svg)),
    HEIC(
            "a HEIC or AVIF picture, where `heif-dec` is installed (elsewhere `REFUSED`, `UNSUPPORTED_FORMAT`)",
            decided("turned as the file says", 2),
            inline(() -> HeifFiles.file("turned.heic"))),
    HEIF_SEQUENCE(
            "a HEIC or AVIF sequence of pictures",
            refused(Reason.UNSUPPORTED_FORMAT),
            inline(() -> HeifFiles.file("sequence.avif"))),
    HUGE_PNG(
            "a PNG of 20000×20000 pixels of one colour",
            refused(Reason.TOO_MANY_PIXELS),
            inline(HostileImages::hugePng)),
    ONE_PIXEL("a picture of 1×1 pixel", new Answer.Plain(), inline(() -> HostileImages.png(1, 1))),
    MANY_VIEWS(
            "an animation with more than 24 distinct views",
            decided("24 of its views; never `SAFE`, and refused after five such files of an uploader in an hour", 24),
            inline(() -> HostileImages.animatedGif(320, 80, 60))),
    PANORAMA(
            "a picture of 1000×40 pixels",
            decided("the whole and up to 12 overlapping tiles, the worst counts; beyond 14.7:1 never `SAFE`", 13),
            inline(() -> HostileImages.jpeg(1000, 40))),
    LONG_ANIMATION(
            "an animated GIF of 500 frames",
            decided("the first frame and 7 more, chosen by time, by change and by a key, the worst counts", 24),
            inline(() -> HostileImages.animatedGif(32, 32, 500))),
    CMYK_JPEG("a CMYK JPEG", decided("", 2), inline(HostileInput::cmyk)),
    SIXTEEN_BIT_PNG("a 16-bit PNG", decided("scaled to 8 bits", 1), inline(() -> HostileImages.gray16Png(64, 64))),
    ROTATED_JPEG(
            "an EXIF-rotated JPEG",
            decided("turned first", 2),
            inline(() -> HostileImages.jpegWithOrientation(64, 48, 6))),
    GARBAGE_APPENDED(
            "a JPEG with garbage appended",
            decided("the garbage is ignored", 2),
            inline(HostileImages::jpegWithGarbageAppended)),
    WRONG_SHA256(
            "a file whose SHA-256 is not the announced one",
            refused(Reason.CHECKSUM_MISMATCH),
            at(server -> new ImageLocation(server.allowed("/picture.jpg"), "0".repeat(64), null))),
    TOO_LARGE(
            "a file larger than `bulwark.fetch.max-bytes`",
            refused(Reason.TOO_LARGE),
            at(server -> new ImageLocation(server.allowed("/endless.jpg"), null, null))),
    SLOW_SERVER(
            "a server slower than `bulwark.fetch.deadline`",
            refused(Reason.FETCH_TIMEOUT),
            at(server -> new ImageLocation(server.allowed("/slow.jpg"), null, null))),
    REDIRECT(
            "a redirect to 169.254.169.254",
            refused(Reason.LOCATION_FORBIDDEN),
            at(server -> new ImageLocation(server.allowed("/metadata.jpg"), null, null))),
    LOOPBACK(
            "a host that resolves to 127.0.0.1",
            refused(Reason.LOCATION_FORBIDDEN),
            at(server -> new ImageLocation(server.byName("/picture.jpg"), null, null))),
    FOREIGN_PORT(
            "a port that `bulwark.fetch.ports` does not name",
            refused(Reason.LOCATION_FORBIDDEN),
            at(server -> new ImageLocation("http://" + HostileServer.ALLOWED_HOST + ":6379/picture.jpg", null, null))),
    LONG_HEAD(
            "a server whose header is longer than 8 KB",
            refused(Reason.FETCH_FAILED),
            at(server -> new ImageLocation(server.allowed("/long-head.jpg"), null, null))),
    MISSING_OBJECT(
            "an object that its bucket does not have",
            refused(Reason.LOCATION_NOT_FOUND),
            at(server -> new ImageLocation("s3://pictures/missing.jpg", null, null))),
    FOREIGN_BUCKET(
            "a bucket that `bulwark.fetch.s3.buckets` does not name",
            refused(Reason.LOCATION_FORBIDDEN),
            at(server -> new ImageLocation("s3://another-owners/picture.jpg", null, null))),
    UNKNOWN_SCHEMA(
            "an unknown schema fingerprint",
            new Answer.DeadLetter(DecodedEvent.Reason.UNKNOWN_SCHEMA),
            (id, server) -> withForeignFingerprint(id)),
    RANDOM_BYTES(
            "random bytes as value",
            new Answer.DeadLetter(DecodedEvent.Reason.UNKNOWN_FRAMING),
            (id, server) -> randomBytes()),
    NULL_VALUE("a null value", new Answer.DeadLetter(DecodedEvent.Reason.NULL_VALUE), (id, server) -> null),
    HUGE_ATTRIBUTES(
            "an attributes map of 5 MB",
            decided("the verdict repeats what fits", 1),
            (id, server) -> event(id, content(Pictures.small(5)), Map.of("note", "x".repeat(5 << 20)))),
    MANY_ATTRIBUTES(
            "an attributes map of 100000 entries",
            new Answer.DeadLetter(DecodedEvent.Reason.MALFORMED),
            (id, server) -> event(
                    id,
                    content(Pictures.small(6)),
                    IntStream.range(0, 100_000).boxed().collect(Collectors.toMap(i -> "a" + i, i -> ""))));

    private final String description;
    private final Answer answer;
    private final Value value;

    HostileInput(String description, Answer answer, Value value) {
        this.description = description;
        this.answer = answer;
        this.value = value;
    }

    /** For the table. */
    String description() {
        return description;
    }

    Answer answer() {
        return answer;
    }

    /** The record's key. */
    String imageId() {
        return "hostile-" + name();
    }

    /** The record's value; null is one of them. */
    byte[] value(HostileServer server) {
        return value.bytes(imageId(), server);
    }

    /** Makes the value of a record. */
    private interface Value {
        byte[] bytes(String imageId, HostileServer server);
    }

    private interface Content {
        byte[] file();
    }

    private interface Place {
        ImageLocation on(HostileServer server);
    }

    private static Answer refused(Reason reason) {
        return new Answer.Refused(reason);
    }

    private static Answer decided(String remark, int views) {
        return new Answer.Decided(remark, views);
    }

    private static Value inline(Content content) {
        return (id, server) -> event(id, content(content.file()), Map.of());
    }

    private static Value at(Place place) {
        return (id, server) -> event(id, place.on(server), Map.of());
    }

    private static InlineImage content(byte[] file) {
        return new InlineImage(ByteBuffer.wrap(file));
    }

    private static byte[] event(String imageId, Object content, Map<String, String> attributes) {
        ImageUploaded upload = ImageUploaded.newBuilder()
                .setImageId(imageId)
                .setUploaderId("an-uploader")
                .setUploadedAt(Instant.EPOCH)
                .setContent(content)
                .setAttributes(attributes)
                .build();
        try (EventSerializer<ImageUploaded> serializer = new EventSerializer<>(ImageUploaded.class)) {
            return serializer.serialize(Topics.IMAGES_UPLOADED.topicName(), upload);
        }
    }

    private static byte[] withForeignFingerprint(String imageId) {
        byte[] value = event(imageId, content(Pictures.small(6)), Map.of());
        for (int i = 2; i < 10; i++) {
            value[i] = (byte) ~value[i];
        }
        return value;
    }

    private static byte[] randomBytes() {
        byte[] bytes = new byte[4096];
        new Random(42).nextBytes(bytes);
        return bytes;
    }

    private static byte[] cmyk() {
        try (InputStream resource = HostileInput.class.getResourceAsStream("cmyk.jpg")) {
            return resource.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cmyk.jpg", unreadable);
        }
    }
}
