package io.bulwark.stream.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.bulwark.events.ListMatch;
import io.bulwark.events.ListedHashKind;
import io.bulwark.events.Reason;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.UploaderStats;
import io.bulwark.events.Verdict;
import io.bulwark.stream.api.AuditResource.UploaderDocument;
import io.bulwark.stream.testing.Samples;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictDocumentTest {

    private static final RecordCoordinates PLACE = new RecordCoordinates("moderation.verdicts", 2, 9L);
    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new JavaTimeModule());

    @Test
    void everyFieldOfAVerdictIsInItsDocument() {
        JsonNode document = json(Samples.verdict("i").build());
        List<String> names = new ArrayList<>();
        document.fieldNames().forEachRemaining(names::add);
        List<String> ofTheRecord = Verdict.getClassSchema().getFields().stream()
                .map(field -> field.name())
                .filter(name -> !name.equals("restricted")) // such verdicts have no document
                .toList();

        assertThat(names).containsAll(ofTheRecord).contains("record");
    }

    @Test
    void whatIsUnknownIsNullAndNotLeftOut() {
        JsonNode document =
                json(Samples.verdict("i").setContentSha256(null).setUpload(null).build());
        for (String name :
                List.of("reason", "reasonDetail", "cleanTwinScore", "contentSha256", "upload", "supersedes")) {
            assertThat(document.get(name)).as(name).isNotNull();
            assertThat(document.get(name).isNull()).as(name).isTrue();
        }
    }

    @Test
    void coordinatesReasonsAndDecidersAreSpelledOut() {
        JsonNode document = json(Samples.verdict("i")
                .setReason(Reason.UNCERTAIN)
                .setSupersedes(new RecordCoordinates("moderation.verdicts", 2, 3L))
                .build());
        assertThat(document.at("/reason").asText()).isEqualTo("UNCERTAIN");
        assertThat(document.at("/record/partition").asInt()).isEqualTo(2);
        assertThat(document.at("/record/offset").asLong()).isEqualTo(9);
        assertThat(document.at("/supersedes/offset").asLong()).isEqualTo(3);
        assertThat(document.at("/decidedBy/kind").asText()).isEqualTo("WORKER");
    }

    @Test
    void aMatchNamesItsList() {
        JsonNode document = json(Samples.verdict("i")
                .setListed(new ListMatch("invented", "e-1", ListedHashKind.MD5, null, true, false))
                .build());
        assertThat(document.at("/listed/list").asText()).isEqualTo("invented");
        assertThat(document.at("/listed/hash").asText()).isEqualTo("MD5");
        assertThat(document.at("/listed/verified").asBoolean()).isTrue();
    }

    @Test
    void anUploadersWindowsAreNewestFirst() {
        UploaderDocument document = UploaderDocument.of("u1", null, List.of(window(0), window(7200), window(3600)));
        assertThat(document.windows())
                .extracting(window -> window.start().getEpochSecond())
                .containsExactly(7200L, 3600L, 0L);
    }

    private static UploaderStats window(long start) {
        return UploaderStats.newBuilder()
                .setUploaderId("u1")
                .setWindowStart(Instant.ofEpochSecond(start))
                .setWindowEnd(Instant.ofEpochSecond(start + 3600))
                .setImages(1)
                .setLastSeenAt(Instant.ofEpochSecond(start))
                .build();
    }

    private static JsonNode json(Verdict verdict) {
        return JSON.valueToTree(VerdictDocument.of(verdict, PLACE));
    }
}
