package io.bulwark.service.score;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.preview.HttpRefusal;
import io.bulwark.schemas.testing.SampleEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class ScoreOpenApiTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void theContractThatIsCheckedInIsThatOfTheCode() throws IOException {
        Path made = Files.writeString(Path.of("target", "score-openapi.json"), ScoreOpenApi.text());
        assertThat(Path.of("openapi.json"))
                .as("cp embed-worker/service/%s embed-worker/service/openapi.json", made)
                .exists()
                .hasSameTextualContentAs(made);
    }

    @Test
    void everyReferenceLeadsSomewhere() throws IOException {
        JsonNode document = JSON.readTree(ScoreOpenApi.text());
        assertThat(document.findValuesAsText("$ref"))
                .hasSizeGreaterThan(10)
                .allSatisfy(reference -> assertThat(
                                document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    /** What is sent has the fields that the contract names, in the types that it names. */
    @Test
    void aVerdictAsItIsSentIsWhatTheContractSays() throws IOException {
        Verdict verdict = SampleEvents.verdictOn("a", Decision.SAFE)
                .setUploaderId("b")
                .setScore(0.1)
                .setDecidedBy(new Decider(DeciderKind.WORKER, "score-1"))
                .build();
        JsonNode sent = JSON.valueToTree(RecordJson.of(verdict));
        JsonNode contract = JSON.readTree(ScoreOpenApi.text()).at("/components/schemas/Verdict/properties");

        assertThat(names(sent)).isEqualTo(names(contract));
        assertThat(sent.path("decidedAt").asText()).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(sent.path("decision").asText()).isEqualTo("SAFE");
        assertThat(sent.at("/decidedBy/id").asText()).isEqualTo("score-1");
        assertThat(sent.path("upload").isNull()).isTrue();
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /**
     * The OpenAPI document of {@code POST /api/v1/score}, made of the answer's kinds and the verdict's schema.
     *
     * @see <a href="https://spec.openapis.org/oas/v3.1.0">OpenAPI 3.1.0</a>
     */
    static final class ScoreOpenApi {

        private static final Set<HttpRefusal> REFUSALS = EnumSet.range(HttpRefusal.NO_TOKEN, HttpRefusal.OVERDUE);

        private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

        private final ObjectNode root = JSON.createObjectNode();
        private final ObjectNode schemas;

        private ScoreOpenApi() {
            root.put("openapi", "3.1.0");
            root.putObject("info").put("title", "Bulwark score server").put("version", "1");
            root.putArray("servers")
                    .addObject()
                    .put("description", "Where the score server listens; behind an ingress its address.")
                    .put("url", "/");
            ObjectNode components = root.putObject("components");
            components
                    .putObject("securitySchemes")
                    .putObject("token")
                    .put("type", "http")
                    .put("scheme", "bearer");
            schemas = components.putObject("schemas");
            path();
            prescreen();
            record(Verdict.SCHEMA$);
            images();
            problem();
        }

        /** The document, with a line end at its end. */
        static String text() {
            try {
                return JSON.writeValueAsString(new ScoreOpenApi().root) + "\n";
            } catch (JsonProcessingException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        private void path() {
            ObjectNode post =
                    root.withObject("/paths").putObject("/api/v1/score").putObject("post");
            post.put("summary", "Judges images as the stream would").put("operationId", "score");
            ObjectNode bodies = bodies(post);
            ObjectNode form = form(bodies, "image", "Files; the name of each is its image's id.");
            text(form, "uploaderId", "Whose images these are; without it the caller's name.");
            ObjectNode json = object(bodies.putObject("application/json").putObject("schema"));
            ObjectNode image =
                    object(json.putObject("images").put("type", "array").putObject("items"));
            text(image, "imageId", "By which embedding and audits are known; without it one is made.");
            text(image, "uploaderId", "Whose image it is; without it the caller's name.");
            text(image, "location", "Where it is fetched from, as an upload's location is.");
            text(image, "sha256", "Lower-case hexadecimal. A file that differs is refused.");
            ObjectNode responses = post.putObject("responses");
            ObjectNode scored =
                    responses.putObject("200").put("description", "Each image has its verdict or its problem.");
            reference(scored.putObject("content").putObject("application/json").putObject("schema"), "Scored");
            refusals(responses);
        }

        private void prescreen() {
            ObjectNode post = root.withObject("/paths").putObject("/predict").putObject("post");
            post.put("summary", "Says in one word whether images are safe, as hepa's prescreen client asks")
                    .put("description", "Only where bulwark.score.prescreen is set.")
                    .put("operationId", "prescreen");
            form(bodies(post), "files", "Files; their names mean nothing.");
            ObjectNode responses = post.putObject("responses");
            ObjectNode word = responses.putObject("200").put("description", "sfw where every image is SAFE.");
            ObjectNode result = object(word.putObject("content")
                            .putObject("application/json")
                            .putObject("schema"))
                    .putObject("result");
            result.put("type", "string").putArray("enum").add("sfw").add("nsfw");
            refusals(responses);
        }

        private static ObjectNode bodies(ObjectNode post) {
            post.putArray("security").addObject().putArray("token");
            return post.putObject("requestBody").put("required", true).putObject("content");
        }

        private static ObjectNode form(ObjectNode bodies, String files, String description) {
            ObjectNode form = object(bodies.putObject("multipart/form-data").putObject("schema"));
            form.putObject(files)
                    .put("type", "array")
                    .put("description", description)
                    .putObject("items")
                    .put("type", "string")
                    .put("contentMediaType", "application/octet-stream");
            return form;
        }

        private void refusals(ObjectNode responses) {
            for (HttpRefusal kind : REFUSALS) {
                ObjectNode refused = responses.putObject(Integer.toString(kind.status()));
                refused.put("description", kind.body("").get("title").toString());
                if (kind.comesAgain()) {
                    refused.putObject("headers")
                            .putObject("Retry-After")
                            .put("description", "Seconds after which to come again.")
                            .putObject("schema")
                            .put("type", "integer");
                }
                reference(
                        refused.putObject("content")
                                .putObject("application/problem+json")
                                .putObject("schema"),
                        "Problem");
            }
        }

        private void images() {
            ObjectNode images = object(schemas.putObject("Scored"));
            reference(images.putObject("images").put("type", "array").putObject("items"), "Image");
            ObjectNode image = object(schemas.putObject("Image"));
            image.putObject("imageId").put("type", "string");
            enumeration(
                    image.putObject("decision"),
                    Verdict.SCHEMA$.getField("decision").schema());
            image.putObject("score").put("type", "number");
            reference(image.putObject("verdict"), "Verdict");
            ObjectNode problem = object(image.putObject("problem"));
            text(problem, "type", "urn:bulwark:problem: and invalid-image, not-ready or location-slow.");
            text(problem, "detail", "One sentence for people.");
        }

        private void problem() {
            ObjectNode problem = object(schemas.putObject("Problem"));
            ObjectNode type = problem.putObject("type").put("type", "string");
            REFUSALS.forEach(kind -> type.withArray("enum").add("urn:bulwark:problem:" + kind.type()));
            text(problem, "title", "For people.");
            problem.putObject("status").put("type", "integer");
            text(problem, "detail", "One sentence for people.");
        }

        private void record(Schema record) {
            if (schemas.has(record.getName())) {
                return;
            }
            ObjectNode schema = schemas.putObject(record.getName());
            Optional.ofNullable(record.getDoc()).ifPresent(doc -> schema.put("description", doc));
            ObjectNode fields = object(schema);
            for (Schema.Field field : record.getFields()) {
                ObjectNode property = fields.putObject(field.name());
                value(property, field.schema());
                Optional.ofNullable(field.doc()).ifPresent(doc -> property.put("description", doc));
            }
        }

        private void value(ObjectNode property, Schema schema) {
            switch (schema.getType()) {
                case UNION -> union(property, schema.getTypes());
                case RECORD -> {
                    reference(property, schema.getName());
                    record(schema);
                }
                case ARRAY -> value(property.put("type", "array").putObject("items"), schema.getElementType());
                case MAP ->
                    value(property.put("type", "object").putObject("additionalProperties"), schema.getValueType());
                case ENUM -> enumeration(property, schema);
                case STRING, BYTES -> property.put("type", "string");
                case INT -> property.put("type", "integer");
                case LONG -> {
                    if (schema.getLogicalType() == null) {
                        property.put("type", "integer");
                    } else {
                        property.put("type", "string").put("format", "date-time");
                    }
                }
                case FLOAT, DOUBLE -> property.put("type", "number");
                case BOOLEAN -> property.put("type", "boolean");
                default -> throw new IllegalArgumentException("a verdict has no " + schema.getType());
            }
        }

        private void union(ObjectNode property, List<Schema> types) {
            types.forEach(type -> {
                ObjectNode one = property.withArray("anyOf").addObject();
                if (type.getType() == Schema.Type.NULL) {
                    one.put("type", "null");
                } else {
                    value(one, type);
                }
            });
        }

        private static void enumeration(ObjectNode property, Schema schema) {
            property.put("type", "string");
            schema.getEnumSymbols().forEach(property.withArray("enum")::add);
        }

        private static ObjectNode object(ObjectNode schema) {
            return schema.put("type", "object").putObject("properties");
        }

        private static void text(ObjectNode properties, String name, String description) {
            properties.putObject(name).put("type", "string").put("description", description);
        }

        private static void reference(ObjectNode schema, String name) {
            schema.put("$ref", "#/components/schemas/" + name);
        }
    }
}
