package io.bulwark.stream.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Neighbour;
import io.bulwark.events.Signal;
import io.bulwark.stream.testing.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AuditDocumentTest {

    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new JavaTimeModule());

    @Test
    void everyFieldOfAnAuditIsInItsDocument() {
        List<String> names = new ArrayList<>();
        json(Samples.audit("i").build()).fieldNames().forEachRemaining(names::add);

        assertThat(names)
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                AttackAudit.getClassSchema().getFields().stream()
                                        .map(field -> field.name()),
                                Stream.of("sample"))
                        .toList());
    }

    @Test
    void whatWasDrawnAtRandomIsMarked() {
        assertThat(json(Samples.sampled("i").build()).get("sample").asBoolean()).isTrue();
        assertThat(json(Samples.audit("i").build()).get("sample").asBoolean()).isFalse();
    }

    @Test
    void whatIsUnknownIsNullAndNotLeftOut() {
        JsonNode document = json(Samples.audit("i").build());
        for (String name : List.of("view", "robustScore", "cleanScore", "cleanDecision", "twinFingerprint", "upload")) {
            assertThat(document.get(name)).as(name).isNotNull();
            assertThat(document.get(name).isNull()).as(name).isTrue();
        }
    }

    @Test
    void bothNeighbourListsAndTheSignalsAreSpelledOut() {
        JsonNode document = json(Samples.audit("i")
                .setSignals(List.of(new Signal("twin-disagreement", 0.41, 0.2, true)))
                .setRobustNeighbours(List.of(new Neighbour("a", "weapons", 0.5f, null)))
                .setCleanNeighbours(List.of(new Neighbour("b", "safe", 0.25f, null)))
                .build());

        assertThat(document.at("/signals/0/threshold").asDouble()).isEqualTo(0.2);
        assertThat(document.at("/signals/0/fired").asBoolean()).isTrue();
        assertThat(document.at("/robustNeighbours/0/label").asText()).isEqualTo("weapons");
        assertThat(document.at("/cleanNeighbours/0/similarity").asDouble()).isEqualTo(0.25);
    }

    @Test
    void auditsAreNewestFirstAndThoseOfOneInstantByImageAndKind() {
        List<AuditDocument> sorted = AuditDocument.newestFirst(List.of(
                Samples.audit("b").setKind(AttackKind.NOISE_DRIFT).build(),
                Samples.audit("b").build(),
                Samples.audit("a").build(),
                Samples.audit("late").setDetectedAt(Samples.NOON.plusSeconds(1)).build()));

        assertThat(sorted)
                .extracting(audit -> audit.imageId() + " " + audit.kind())
                .containsExactly(
                        "late TWIN_DISAGREEMENT", "a TWIN_DISAGREEMENT", "b TWIN_DISAGREEMENT", "b NOISE_DRIFT");
    }

    private static JsonNode json(AttackAudit audit) {
        return JSON.valueToTree(AuditDocument.of(audit));
    }
}
