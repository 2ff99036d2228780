package io.bulwark.schemas.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bulwark.schemas.access.Role;
import io.bulwark.schemas.access.Role.AccessNames;
import io.bulwark.schemas.access.Role.AccessRule;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

class AsyncApiTest {

    private static final Path CHECKED_IN = Path.of("asyncapi.json");

    @Test
    void theDocumentThatIsCheckedInIsThatOfTheCode() throws IOException {
        Path made = Files.writeString(Path.of("target", "asyncapi.json"), AsyncApi.text());
        assertThat(CHECKED_IN)
                .as("cp schemas/%s schemas/asyncapi.json", made)
                .exists()
                .hasSameTextualContentAs(made);
    }

    @Test
    void everyReferenceLeadsSomewhere() throws IOException {
        JsonNode document = new ObjectMapper().readTree(AsyncApi.text());
        List<String> references = document.findValuesAsText("$ref");
        assertThat(references)
                .hasSizeGreaterThan(50)
                .allSatisfy(reference -> assertThat(
                                document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    /** The schemas' folder, for readers of files instead of the document. */
    @Test
    void theHeadersAreThoseOfTheReleases() throws IOException {
        JsonNode document = new ObjectMapper().readTree(AsyncApi.text());
        String headers = Files.readString(Path.of("src/main/resources/io/bulwark/schemas/v2/headers.txt"))
                .replace(" ", "")
                .toLowerCase(Locale.ROOT);
        JsonNode upload = document.at("/channels/images.uploaded/messages/ImageUploaded/x-single-object-headers/v2");
        assertThat(HexFormat.of().parseHex(upload.asText())).hasSize(10);
        assertThat(headers).contains(upload.asText());
    }

    @Test
    void everyTopicIsAChannel() throws IOException {
        JsonNode channels = new ObjectMapper().readTree(AsyncApi.text()).path("channels");
        assertThat(channels.fieldNames())
                .toIterable()
                .containsExactlyElementsOf(
                        Arrays.stream(Topics.values()).map(Topics::topicName).toList());
    }

    /**
     * The AsyncAPI document of all topics.
     *
     * @see <a href="https://www.asyncapi.com/docs/reference/specification/v3.0.0">AsyncAPI 3.0.0</a>
     * @see <a href="https://github.com/asyncapi/bindings/tree/master/kafka">Bindings for Kafka, 0.5.0</a>
     */
    static final class AsyncApi {

        private static final ObjectMapper JSON = new ObjectMapper();
        private static final String BINDING = "0.5.0";

        /** What the bindings have a place for; the rest of a topic's configuration stands beside them. */
        private static final List<String> OF_BINDING = List.of("retention.ms", "max.message.bytes");

        private final ObjectNode root = JSON.createObjectNode();

        private AsyncApi() {
            root.put("asyncapi", "3.0.0");
            root.putObject("info")
                    .put("title", "Bulwark's topics")
                    .put("version", Integer.toString(BundledSchemas.RELEASES))
                    .put(
                            "description",
                            "Keys are UTF-8 text. Values are Avro in single-object encoding: the ten bytes of"
                                    + " x-single-object-headers, then the record in binary. The version is the newest release"
                                    + " of the schemas; programs write the one before it unless told otherwise.")
                    .putObject("license")
                    .put("name", "Apache-2.0")
                    .put("url", "https://www.apache.org/licenses/LICENSE-2.0");
            root.put("defaultContentType", "application/avro");
            Arrays.stream(Topics.values()).forEach(this::channel);
            Arrays.stream(Role.values()).forEach(this::operations);
            Arrays.stream(Topics.values())
                    .flatMap(topic -> topic.valueClass().stream())
                    .distinct()
                    .sorted(Comparator.comparing(Class::getSimpleName))
                    .forEach(this::schema);
        }

        /** The document, with a line end at its end. */
        static String text() {
            var printer = new DefaultPrettyPrinter();
            printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
            try {
                return JSON.writer(printer).writeValueAsString(new AsyncApi().root) + "\n";
            } catch (JsonProcessingException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        private void channel(Topics topic) {
            ObjectNode channel = root.withObject("/channels").putObject(topic.topicName());
            channel.put("address", topic.topicName());
            Optional<Class<? extends SpecificRecord>> value = topic.valueClass();
            String message = value.map(Class::getSimpleName).orElse("Bytes");
            ObjectNode messages = channel.putObject("messages");
            ObjectNode one = messages.putObject(message);
            one.put("contentType", value.isPresent() ? "application/avro" : "application/octet-stream");
            if (value.isPresent()) {
                one.putObject("payload").put("$ref", "#/components/schemas/" + message);
                one.set("x-single-object-headers", headers(message));
            } else {
                one.putObject("payload").put("type", "string").put("format", "binary");
            }
            one.putObject("bindings")
                    .putObject("kafka")
                    .put("bindingVersion", BINDING)
                    .putObject("key")
                    .put("type", "string")
                    .put("description", topic.key());
            ObjectNode kafka = channel.putObject("bindings").putObject("kafka");
            kafka.put("bindingVersion", BINDING).put("topic", topic.topicName()).put("partitions", topic.partitions());
            ObjectNode configuration = kafka.putObject("topicConfiguration");
            ObjectNode others = channel.putObject("x-topic-configuration");
            ArrayNode policies = configuration.putArray("cleanup.policy");
            new TreeMap<>(topic.config()).forEach((key, setting) -> {
                if (key.equals("cleanup.policy")) {
                    Arrays.stream(setting.split(",")).forEach(policies::add);
                } else if (OF_BINDING.contains(key)) {
                    configuration.put(key, Long.parseLong(setting));
                } else {
                    others.put(key, setting);
                }
            });
        }

        /** What each kind of program does with each topic, seen from that program. */
        private void operations(Role role) {
            String who = role.name().toLowerCase(Locale.ROOT);
            role.rules(AccessNames.DEFAULT).stream()
                    .filter(rule -> rule.type() == ResourceType.TOPIC && rule.pattern() == PatternType.LITERAL)
                    .forEach(rule -> {
                        operation(who, rule, AclOperation.READ, "receive");
                        operation(who, rule, AclOperation.WRITE, "send");
                    });
        }

        private void operation(String who, AccessRule rule, AclOperation right, String action) {
            if (rule.operations().contains(right)) {
                root.withObject("/operations")
                        .putObject(who + "-" + action + "-" + rule.name().replace('.', '-'))
                        .put("action", action)
                        .put("x-role", who)
                        .putObject("channel")
                        .put("$ref", "#/channels/" + rule.name());
            }
        }

        private void schema(Class<? extends SpecificRecord> record) {
            Schema schema = SpecificData.get().getSchema(record);
            ObjectNode wrapped = root.withObject("/components/schemas").putObject(record.getSimpleName());
            wrapped.put("schemaFormat", "application/vnd.apache.avro;version=1.9.0");
            try {
                wrapped.set("schema", JSON.readTree(schema.toString()));
            } catch (JsonProcessingException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        /**
         * By release, the ten bytes in hexadecimal: a mark, and the schema's fingerprint with the lowest byte first.
         */
        private static JsonNode headers(String record) {
            Map<String, String> headers = new TreeMap<>();
            for (int release = 1; release <= BundledSchemas.RELEASES; release++) {
                String file = "/io/bulwark/schemas/v" + release + "/" + record + ".avsc";
                try (InputStream released = AsyncApi.class.getResourceAsStream(file)) {
                    if (released != null) {
                        byte[] fingerprint = SchemaNormalization.parsingFingerprint(
                                "CRC-64-AVRO", new Schema.Parser().parse(released));
                        headers.put("v" + release, "c301" + HexFormat.of().formatHex(fingerprint));
                    }
                } catch (IOException unreadable) {
                    throw new UncheckedIOException(unreadable);
                } catch (NoSuchAlgorithmException impossible) {
                    throw new IllegalStateException(impossible);
                }
            }
            return JSON.valueToTree(headers);
        }
    }
}
