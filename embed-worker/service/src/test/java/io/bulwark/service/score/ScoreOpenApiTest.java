package io.bulwark.service.score;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.testing.SampleEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
}
