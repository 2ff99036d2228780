package io.bulwark.schemas.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Verdict;
import io.bulwark.schemas.follow.SchemaText.Parsed;
import io.bulwark.schemas.follow.SchemaText.Rejection;
import io.bulwark.schemas.serde.BundledSchemas;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTextTest {

    static Stream<Schema> released() {
        return IntStream.rangeClosed(1, BundledSchemas.RELEASES)
                .boxed()
                .flatMap(release -> BundledSchemas.get().written(release).stream());
    }

    @ParameterizedTest
    @MethodSource("released")
    void everyReleasedSchemaIsTakenAndKeepsItsFingerprint(Schema schema) {
        Schema kept = sound(schema.toString());

        assertThat(SchemaNormalization.parsingFingerprint64(kept))
                .isEqualTo(SchemaNormalization.parsingFingerprint64(schema));
    }

    @Test
    void notesOfACodeGeneratorAreLeftBehind() {
        assertThat(Verdict.getClassSchema().toString()).contains("avro.java.string");
        assertThat(sound(Verdict.getClassSchema().toString()).toString()).doesNotContain("java");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "verdict",
                "{}",
                "[]]",
                "{\"type\":\"record\"}",
                "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\",\"type\":\"Unheard\"}]}",
                "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"],\"default\":\"B\"}",
                "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\",\"type\":\"int\",\"default\":\"x\"}]}",
            })
    void whatIsNoSchemaIsRejected(String text) {
        assertThat(rejected(text)).isEqualTo(Rejection.NO_SCHEMA);
    }

    @Test
    void aTextAboveTheLimitIsNotEvenLookedAt() {
        String schema = record("{'name':'f','type':'int'}");

        assertThat(sound(schema + " ".repeat(SchemaText.MAX_BYTES - schema.length())))
                .isNotNull();
        assertThat(rejected(schema + " ".repeat(SchemaText.MAX_BYTES - schema.length() + 1)))
                .isEqualTo(Rejection.TOO_LARGE);
    }

    /** Avro's parser calls itself for each level: this text would overflow its stack. */
    @Test
    void nestingThatWouldOverflowTheParsersStackIsNotGivenToIt() {
        assertThat(rejected("[".repeat(100_000))).isEqualTo(Rejection.TOO_DEEP);
        assertThat(rejected("{'type':".repeat(20_000).replace('\'', '"'))).isEqualTo(Rejection.TOO_DEEP);
    }

    @Test
    void nestingUpToTheLimitIsTaken() {
        assertThat(sound(nested(SchemaText.MAX_DEPTH))).isNotNull();
        assertThat(rejected(nested(SchemaText.MAX_DEPTH + 1))).isEqualTo(Rejection.TOO_DEEP);
    }

    @Test
    void bracketsInAStringAreNoNesting() {
        String brackets = "[{".repeat(100) + "\\\" [";

        assertThat(sound(record("{'name':'f','type':'int','doc':'" + brackets + "'}")))
                .isNotNull();
    }

    /** Skipping such a record calls itself once for each level of the value. */
    @Test
    void aRecordThatContainsItselfIsRejected() {
        assertThat(rejected(record("{'name':'next','type':['null','R']}"))).isEqualTo(Rejection.UNBOUNDED);
        assertThat(rejected(record("{'name':'all','type':{'type':'array','items':'R'}}")))
                .isEqualTo(Rejection.UNBOUNDED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'null'",
                "{'type':'record','name':'Empty','fields':[]}",
                "{'type':'fixed','name':'Nothing','size':0}",
            })
    void anArrayWhoseItemsTakeNoBytesIsRejected(String items) {
        assertThat(rejected(record("{'name':'f','type':{'type':'array','items':" + items + "}}")))
                .isEqualTo(Rejection.UNBOUNDED);
    }

    @Test
    void recordsThatDoubleEachOtherAreRejected() {
        var fields = new StringBuilder(
                "{'name':'a0','type':{'type':'record','name':'A0','fields':[" + "{'name':'f','type':'null'}]}}");
        for (int i = 1; i <= 60; i++) {
            fields.append(
                    ",{'name':'a%d','type':{'type':'record','name':'A%d','fields':[{'name':'x','type':'A%d'},{'name':'y','type':'A%d'}]}}"
                            .formatted(i, i, i - 1, i - 1));
        }
        assertThat(rejected(record(fields.toString()))).isEqualTo(Rejection.UNBOUNDED);
    }

    private static String nested(int depth) {
        // The outermost record opens three: itself, its fields, the field.
        int arrays = depth - 3;
        return record(
                "{'name':'f','type':" + "{'type':'array','items':".repeat(arrays) + "'int'" + "}".repeat(arrays) + "}");
    }

    private static String record(String fields) {
        return ("{'type':'record','name':'R','fields':[" + fields + "]}").replace('\'', '"');
    }

    private static Schema sound(String text) {
        Parsed parsed = SchemaText.parse(text.getBytes(StandardCharsets.UTF_8));
        assertThat(parsed).isInstanceOf(Parsed.Sound.class);
        return ((Parsed.Sound) parsed).schema();
    }

    private static Rejection rejected(String text) {
        Parsed parsed = SchemaText.parse(text.getBytes(StandardCharsets.UTF_8));
        assertThat(parsed).isInstanceOf(Parsed.Rejected.class);
        return ((Parsed.Rejected) parsed).reason();
    }
}
