package io.bulwark.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.bulwark.events.AttackCampaign;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.DecodedEvent.Event;
import io.bulwark.schemas.serde.DecodedEvent.Reason;
import io.bulwark.schemas.serde.DecodedEvent.Undecodable;
import io.bulwark.schemas.serde.EventDecoder.SingleObject;
import io.bulwark.schemas.serde.EventDeserializer.UndecodableEventException;
import io.bulwark.schemas.serde.SerdeSettings.FollowedSchemas;
import io.bulwark.schemas.testing.SampleEvents;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventDecoderTest {
    private static final byte[] UPLOAD =
            new EventSerializer<>(ImageUploaded.class).serialize("t", SampleEvents.uploadInline());

    private final EventDecoder<ImageUploaded> decoder = new EventDecoder<>(ImageUploaded.class);

    @Test
    void aTombstoneIsNamedSo() {
        assertThat(undecodable(null).reason()).isEqualTo(Reason.NULL_VALUE);
    }

    @Test
    void anEmptyValueIsTruncated() {
        assertThat(undecodable(new byte[0]).reason()).isEqualTo(Reason.TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"imageId\":\"1\"}", "hello", "\u0001\u0000", "\u00ff\u00d8"})
    void anUnknownFirstByteIsUnknownFraming(String text) {
        var answer = undecodable(text.getBytes(StandardCharsets.ISO_8859_1));

        assertThat(answer.reason()).isEqualTo(Reason.UNKNOWN_FRAMING);
        assertThat(answer.detail())
                .contains(String.format("begins with %02x", (int) text.charAt(0)))
                .contains("c301")
                .contains("00");
    }

    @Test
    void aSecondByteOtherThan01IsUnknownFraming() {
        byte[] other = UPLOAD.clone();
        other[1] = 2;
        assertThat(undecodable(other).reason()).isEqualTo(Reason.UNKNOWN_FRAMING);
    }

    @Test
    void anUnknownFingerprintIsReported() {
        byte[] foreign = UPLOAD.clone();
        for (int i = 0; i < 8; i++) {
            foreign[2 + i] = (byte) (i + 1);
        }
        var answer = undecodable(foreign);

        assertThat(answer.reason()).isEqualTo(Reason.UNKNOWN_SCHEMA);
        assertThat(answer.schemaFingerprint()).contains("0807060504030201");
        assertThat(answer.detail()).contains("0807060504030201");
    }

    @Test
    void anotherRecordIsNotForcedIntoThisOne() {
        byte[] review = new EventSerializer<>(AttackCampaign.class).serialize("t", SampleEvents.attackCampaign());
        var answer = undecodable(review);

        assertThat(answer.reason()).isEqualTo(Reason.WRONG_SCHEMA);
        assertThat(answer.detail()).contains("io.bulwark.events.AttackCampaign", "io.bulwark.events.ImageUploaded");
        assertThat(answer.schemaFingerprint()).contains(SingleObject.text(SingleObject.fingerprint(review)));
    }

    @Test
    void registryFramingWithoutARegistryNamesTheSetting() {
        var answer = undecodable(new byte[] {0, 0, 0, 1, 2, 3, 4});

        assertThat(answer.reason()).isEqualTo(Reason.REGISTRY_NOT_CONFIGURED);
        assertThat(answer.detail()).contains("bulwark.schema-registry.url").contains("id 258");
    }

    @Test
    void aBlankRegistryUrlIsNoRegistry() {
        try (var blank = new EventDecoder<>(ImageUploaded.class, Map.of("bulwark.schema-registry.url", "  "))) {
            var answer = (Undecodable<ImageUploaded>) blank.decode("t", new byte[] {0, 0, 0, 1, 2, 3, 4});
            assertThat(answer.reason()).isEqualTo(Reason.REGISTRY_NOT_CONFIGURED);
        }
    }

    @Test
    void aRegistryHeaderCutShortIsTruncated() {
        assertThat(undecodable(new byte[] {0, 0, 0, 1}).reason()).isEqualTo(Reason.TRUNCATED);
    }

    @Test
    void everyPrefixOfAnEventIsUndecodable() {
        for (int length = 0; length < UPLOAD.length; length++) {
            assertThat(undecodable(Arrays.copyOf(UPLOAD, length)).reason())
                    .as("%d bytes of %d", length, UPLOAD.length)
                    .isEqualTo(length < SingleObject.HEADER_BYTES ? Reason.TRUNCATED : Reason.MALFORMED);
        }
    }

    @Test
    void bytesBehindTheEventAreReported() {
        byte[] longer = Arrays.copyOf(UPLOAD, UPLOAD.length + 1);
        longer[UPLOAD.length] = '\n';
        var answer = undecodable(longer);

        assertThat(answer.reason()).isEqualTo(Reason.MALFORMED);
        assertThat(answer.detail()).contains("1 bytes", "newline");
    }

    @ParameterizedTest
    @MethodSource("io.bulwark.schemas.serde.SingleObjectRoundTripTest#records")
    <T extends SpecificRecord> void noBytesMakeItThrow(Class<T> record) {
        var random = new Random(20260102);
        var serializer = new EventSerializer<>(record);
        try (var anyDecoder = new EventDecoder<>(record)) {
            for (int round = 0; round < 500; round++) {
                byte[] bytes = serializer.serialize("t", RandomEvents.of(record, round % 20));
                for (int flip = 0; flip <= round % 4; flip++) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
                assertThat(anyDecoder.decode("t", bytes)).as("round %d", round).isNotNull();
                byte[] noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                assertThat(anyDecoder.decode("t", noise)).isInstanceOf(Undecodable.class);
            }
        }
    }

    @Test
    void aFiveMegabyteAttributeMapIsReadLikeAnyOther() {
        var attributes = new HashMap<String, String>();
        for (int i = 0; i < 5_000; i++) {
            attributes.put("key-" + i, "v".repeat(1_000));
        }
        var upload = ImageUploaded.newBuilder(SampleEvents.uploadInline())
                .setAttributes(attributes)
                .build();
        byte[] bytes = new EventSerializer<>(ImageUploaded.class).serialize("t", upload);

        assertThat(bytes.length).isGreaterThan(5_000_000);
        assertThat(decoder.decode("t", bytes)).isEqualTo(new Event<>(upload));
    }

    @Test
    void theDeserializerThrowsWhatTheDecoderSays() {
        try (var deserializer = new EventDeserializer<>(Verdict.class)) {
            assertThatThrownBy(() -> deserializer.deserialize("moderation.verdicts", UPLOAD))
                    .isInstanceOfSatisfying(
                            UndecodableEventException.class,
                            thrown -> assertThat(thrown.undecodable().reason()).isEqualTo(Reason.WRONG_SCHEMA))
                    .hasMessageContaining("moderation.verdicts")
                    .hasMessageContaining("WRONG_SCHEMA");
        }
    }

    /** It was tried again for ever, and its partition stood still. */
    @ParameterizedTest
    @ValueSource(strings = {"<html>no schema</html>", "{\"type\": \"unheard-of\"}", "{\"type\":", ""})
    void whatTheRegistryAnswersThatIsNoSchemaIsFinal(String body) throws IOException {
        HttpServer registry = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        registry.createContext("/", exchange -> {
            boolean references = exchange.getRequestURI().getPath().endsWith("/references");
            byte[] answer = (references ? "[]" : body).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        registry.start();
        String url = "http://127.0.0.1:" + registry.getAddress().getPort() + "/apis/registry/v3";
        try (var decoder = new EventDecoder<>(AttackCampaign.class, Map.of(SerdeSettings.REGISTRY_URL, url))) {
            var answer = (Undecodable<AttackCampaign>) decoder.decode("t", new byte[] {0, 0, 0, 0, 7, 1, 2, 3});

            assertThat(answer.reason()).as(answer.detail()).isEqualTo(Reason.UNUSABLE_SCHEMA);
            assertThat(answer.detail()).contains(url, "id 7");
        } finally {
            registry.stop(0);
        }
    }

    @Test
    void onlyASchemaThatMayStillComeIsWorthAnotherTry() {
        assertThat(Arrays.stream(Reason.values()).filter(Reason::retriable))
                .containsExactly(Reason.SCHEMA_AWAITED, Reason.REGISTRY_UNAVAILABLE);
    }

    @Test
    void schemasThatAreFollowedMustBeSuch() {
        assertThatThrownBy(() -> new EventDecoder<>(AttackCampaign.class, Map.of(SerdeSettings.FOLLOWED, "yes")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bulwark.schemas.followed is a java.lang.String")
                .hasMessageContaining("FollowedSchemas");
    }

    /** A schema from elsewhere is no way past the check of what is due. */
    @Test
    void aFollowedSchemaOfAnotherRecordIsNotForcedIntoThisOne() {
        byte[] review = new EventSerializer<>(AttackCampaign.class).serialize("t", SampleEvents.attackCampaign());
        var followed = new FollowedSchemas() {
            @Override
            public Schema findByFingerprint(long fingerprint) {
                return AttackCampaign.getClassSchema();
            }

            @Override
            public boolean isAwaited(long fingerprint) {
                return false;
            }

            @Override
            public void await(long fingerprint) {
                // known at once
            }
        };
        try (var reader = new EventDecoder<>(
                ImageUploaded.class, Map.of(SerdeSettings.FOLLOWED, followed), fingerprint -> null)) {
            var answer = (Undecodable<ImageUploaded>) reader.decode("t", review);
            assertThat(answer.reason()).isEqualTo(Reason.WRONG_SCHEMA);
        }
    }

    private Undecodable<ImageUploaded> undecodable(byte[] value) {
        DecodedEvent<ImageUploaded> answer = decoder.decode("images.uploaded", value);
        assertThat(answer).isInstanceOf(Undecodable.class);
        return (Undecodable<ImageUploaded>) answer;
    }
}
