package io.bulwark.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.serde.DecodedEvent.Event;
import io.bulwark.schemas.serde.EventDecoder.SingleObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.SchemaValidationException;
import org.apache.avro.SchemaValidatorBuilder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * FULL_TRANSITIVE: the present schema of each record reads what every released one wrote, and the other way round. A
 * released schema is a file under {@code io/bulwark/schemas/v<n>} and is never edited; a change of a record goes into a
 * new folder, once it is released.
 */
class ReleasedSchemasTest {

    static Stream<Class<? extends SpecificRecord>> records() {
        return BundledSchemas.records().stream();
    }

    static IntStream releases() {
        return IntStream.rangeClosed(1, BundledSchemas.RELEASES);
    }

    @ParameterizedTest
    @MethodSource("records")
    void thePresentSchemaIsFullyCompatibleWithEachRelease(Class<? extends SpecificRecord> record) {
        Schema present = SpecificData.get().getSchema(record);
        List<Schema> released = BundledSchemas.get().released(record.getSimpleName());

        assertThat(released).as("released schemas of %s", record).isNotEmpty();
        assertThat(whatBreaks(present, released)).isEmpty();
    }

    /** The same by Avro's own validator, which a registry uses for its rule. */
    @ParameterizedTest
    @MethodSource("records")
    void avrosValidatorAgrees(Class<? extends SpecificRecord> record) throws SchemaValidationException {
        new SchemaValidatorBuilder()
                .mutualReadStrategy()
                .validateAll()
                .validate(
                        SpecificData.get().getSchema(record),
                        BundledSchemas.get().released(record.getSimpleName()));
    }

    @ParameterizedTest
    @MethodSource("records")
    <T extends SpecificRecord> void whatAnyReleaseWroteIsRead(Class<T> record) throws IOException {
        for (Schema released : BundledSchemas.get().released(record.getSimpleName())) {
            for (int seed = 0; seed < 50; seed++) {
                var message = new ByteArrayOutputStream();
                message.write(SingleObject.FIRST_BYTE);
                message.write(SingleObject.SECOND_BYTE);
                message.write(SchemaRelease.fingerprint(released));
                message.write(RandomEvents.bytes(released, seed));
                try (var decoder = new EventDecoder<>(record)) {
                    assertThat(decoder.decode("t", message.toByteArray()))
                            .as("seed %d", seed)
                            .isInstanceOf(Event.class);
                }
            }
        }
    }

    /** What another language's code generator shall not stumble over. */
    @ParameterizedTest
    @MethodSource("records")
    void aReleasedFileHoldsNothingOfJava(Class<? extends SpecificRecord> record) {
        assertThat(BundledSchemas.get().released(record.getSimpleName()))
                .allSatisfy(released -> assertThat(released.toString()).doesNotContain("java"));
    }

    @ParameterizedTest
    @MethodSource("records")
    void everyReleaseIsInTheStore(Class<? extends SpecificRecord> record) {
        for (Schema released : BundledSchemas.get().released(record.getSimpleName())) {
            assertThat(BundledSchemas.get().findByFingerprint(SchemaNormalization.parsingFingerprint64(released)))
                    .isNotNull();
        }
    }

    /** Other languages copy the ten bytes of the header from this table. A record that came later has no line. */
    @ParameterizedTest
    @MethodSource("releases")
    void theTableOfHeadersIsTrue(int release) throws IOException {
        var expected = new ArrayList<String>();
        for (Class<? extends SpecificRecord> record : BundledSchemas.records()) {
            BundledSchemas.get()
                    .released(release, record.getSimpleName())
                    .ifPresent(schema -> expected.add(SchemaRelease.header(record.getSimpleName(), schema)));
        }
        assertThat(expected).isNotEmpty();
        try (InputStream table =
                BundledSchemas.class.getResourceAsStream("/io/bulwark/schemas/v" + release + "/headers.txt")) {
            assertThat(new String(table.readAllBytes(), StandardCharsets.UTF_8).lines())
                    .filteredOn(line -> !line.startsWith("#"))
                    .containsExactlyElementsOf(expected);
        }
    }

    /** A field that no release has would be lost in every value that is written. */
    @ParameterizedTest
    @MethodSource("records")
    void theNewestReleaseIsThePresentSchema(Class<? extends SpecificRecord> record) {
        Schema newest = BundledSchemas.get()
                .released(BundledSchemas.RELEASES, record.getSimpleName())
                .orElseThrow();

        assertThat(SchemaNormalization.toParsingForm(newest))
                .isEqualTo(SchemaNormalization.toParsingForm(SpecificData.get().getSchema(record)));
    }

    /** A record never leaves: what it wrote may lie on a topic for good. */
    @ParameterizedTest
    @MethodSource("records")
    void aRecordIsInEveryReleaseFromItsFirstOn(Class<? extends SpecificRecord> record) {
        String name = record.getSimpleName();
        int first = releases()
                .filter(release -> BundledSchemas.get().released(release, name).isPresent())
                .min()
                .orElseThrow();

        assertThat(releases().filter(release -> release >= first))
                .allMatch(
                        release -> BundledSchemas.get().released(release, name).isPresent());
    }

    /** A test of the test: each of these changes would break a reader, and is caught. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a field without a default is added",
                "a field without a default is removed",
                "a field changes its type",
                "a long becomes an int",
                "a field is renamed",
                "an enum without a default gains a symbol",
                "a union loses a branch",
            })
    void anIncompatibleChangeIsCaught(String change) {
        Schema before = schema(
                "{'name': 'a', 'type': 'string'}",
                "{'name': 'n', 'type': 'long', 'default': 0}",
                "{'name': 'e', 'type': {'type': 'enum', 'name': 'E', 'symbols': ['X']}, 'default': 'X'}",
                "{'name': 'u', 'type': ['null', 'string'], 'default': null}");
        String a = "{'name': 'a', 'type': 'string'}";
        String n = "{'name': 'n', 'type': 'long', 'default': 0}";
        String e = "{'name': 'e', 'type': {'type': 'enum', 'name': 'E', 'symbols': ['X']}, 'default': 'X'}";
        String u = "{'name': 'u', 'type': ['null', 'string'], 'default': null}";
        Schema after = switch (change) {
            case "a field without a default is added" -> schema(a, n, e, u, "{'name': 'b', 'type': 'string'}");
            case "a field without a default is removed" -> schema(n, e, u);
            case "a field changes its type" -> schema("{'name': 'a', 'type': 'boolean'}", n, e, u);
            case "a long becomes an int" -> schema(a, "{'name': 'n', 'type': 'int', 'default': 0}", e, u);
            case "a field is renamed" -> schema("{'name': 'renamed', 'type': 'string'}", n, e, u);
            case "an enum without a default gains a symbol" ->
                schema(
                        a,
                        n,
                        "{'name': 'e', 'type': {'type': 'enum', 'name': 'E', 'symbols': ['X', 'Y']}, 'default': 'X'}",
                        u);
            case "a union loses a branch" -> schema(a, n, e, "{'name': 'u', 'type': 'null', 'default': null}");
            default -> throw new IllegalArgumentException(change);
        };

        assertThat(whatBreaks(before, List.of(before))).isEmpty();
        assertThat(whatBreaks(after, List.of(before))).isNotEmpty();
    }

    @Test
    void aCompatibleChangeIsNot() {
        Schema before = schema(
                "{'name': 'a', 'type': 'string'}",
                "{'name': 'e', 'type': {'type': 'enum', 'name': 'E', 'symbols': ['X', 'U'], 'default': 'U'}}");
        Schema after = schema(
                "{'name': 'a', 'type': 'string'}",
                "{'name': 'e', 'type': {'type': 'enum', 'name': 'E', 'symbols': ['X', 'Y', 'U'], 'default': 'U'}}",
                "{'name': 'new', 'type': ['null', 'string'], 'default': null}");

        assertThat(whatBreaks(after, List.of(before))).isEmpty();
    }

    /** An enum that can gain symbols later needs a default, in every place of every record. */
    @ParameterizedTest
    @MethodSource("records")
    void everyEnumHasADefaultForTheSymbolsToCome(Class<? extends SpecificRecord> record) {
        enumsOf(SpecificData.get().getSchema(record), new ArrayList<>())
                .forEach(found -> assertThat(found.getEnumDefault())
                        .as(found.getFullName())
                        .isNotNull());
    }

    private static List<Schema> enumsOf(Schema schema, List<Schema> visited) {
        if (visited.contains(schema)) {
            return List.of();
        }
        visited.add(schema);
        return switch (schema.getType()) {
            case ENUM -> List.of(schema);
            case ARRAY -> enumsOf(schema.getElementType(), visited);
            case MAP -> enumsOf(schema.getValueType(), visited);
            case UNION ->
                schema.getTypes().stream()
                        .flatMap(branch -> enumsOf(branch, visited).stream())
                        .toList();
            case RECORD ->
                schema.getFields().stream()
                        .flatMap(field -> enumsOf(field.schema(), visited).stream())
                        .toList();
            default -> List.of();
        };
    }

    private static List<String> whatBreaks(Schema present, List<Schema> released) {
        var broken = new ArrayList<String>();
        for (Schema old : released) {
            broken.addAll(unreadable("the present schema cannot read what was released", present, old));
            broken.addAll(unreadable("a released reader cannot read the present schema", old, present));
        }
        return broken;
    }

    private static List<String> unreadable(String who, Schema reader, Schema writer) {
        var compatibility = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
        return compatibility.getType() == SchemaCompatibilityType.COMPATIBLE
                ? List.of()
                : List.of(who + ": " + compatibility.getResult().getIncompatibilities());
    }

    private static Schema schema(String... fields) {
        String json = "{'type': 'record', 'name': 'R', 'fields': [" + String.join(",", fields) + "]}";
        return new Schema.Parser().parse(json.replace('\'', '"'));
    }
}
