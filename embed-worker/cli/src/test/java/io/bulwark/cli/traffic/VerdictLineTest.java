package io.bulwark.cli.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.events.Neighbour;
import io.bulwark.events.Reason;
import io.bulwark.events.Verdict;
import io.bulwark.events.ViewEvidence;
import io.bulwark.schemas.testing.SampleEvents;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictLineTest {

    @Test
    void shows_the_nearest_reference_of_the_view_that_decided() {
        Verdict verdict = verdict(Decision.NSFW)
                .setScore(0.9)
                .setDecidingLabel("weapons")
                .setViews(List.of(view("whole", 0.1, "safe", 0.95f), view("tile-1", 0.9, "weapons", 0.81f)))
                .build();

        assertThat(VerdictLine.text("sword.png", verdict))
                .startsWith("sword.png ")
                .contains("NSFW    weapons")
                .contains("0.900")
                .endsWith("nearest weapons 0.810");
        assertThat(VerdictLine.fields("sword.png", verdict))
                .containsEntry("decision", "NSFW")
                .containsEntry("label", "weapons")
                .containsEntry("nearestLabel", "weapons")
                .containsEntry("nearestId", "weapons-1");
    }

    @Test
    void shows_the_reason_where_nothing_could_be_compared() {
        Verdict verdict = verdict(Decision.REFUSED)
                .setScore(1)
                .setReason(Reason.EMPTY_FILE)
                .setReasonDetail("The file has no bytes.")
                .build();

        assertThat(VerdictLine.text("nothing.jpg", verdict)).endsWith("EMPTY_FILE");
        assertThat(VerdictLine.fields("nothing.jpg", verdict))
                .containsEntry("reason", "EMPTY_FILE")
                .containsEntry("reasonDetail", "The file has no bytes.")
                .doesNotContainKey("nearestLabel");
    }

    /** Lines end up in files and terminals of people who may not know. */
    @Test
    void a_restricted_verdict_says_neither_why_nor_by_what_hash() {
        Verdict verdict = verdict(Decision.NSFW)
                .setReason(Reason.KNOWN)
                .setDecidingLabel("sealed")
                .setKnownReference("ab/example/42")
                .setRestricted(true)
                .build();

        assertThat(VerdictLine.text("a.png", verdict)).contains("restricted").doesNotContain("sealed", "KNOWN");
        assertThat(VerdictLine.fields("a.png", verdict))
                .containsEntry("label", "restricted")
                .containsEntry("reason", null)
                .containsEntry("knownReference", null);
    }

    private static ViewEvidence view(String name, double score, String label, float similarity) {
        return ViewEvidence.newBuilder()
                .setView(name)
                .setScore(score)
                .setNeighbours(List.of(
                        new Neighbour(label + "-1", label, similarity, null), new Neighbour("far", "safe", 0f, null)))
                .build();
    }

    private static Verdict.Builder verdict(Decision decision) {
        return SampleEvents.verdictOn("image-1", decision).setScore(0);
    }
}
