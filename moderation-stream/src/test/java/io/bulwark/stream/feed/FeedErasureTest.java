package io.bulwark.stream.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.stream.feed.FeedBeans.FeedSinks;
import io.bulwark.stream.feed.FeedCursor.FeedTopic;
import io.bulwark.stream.feed.FeedEvent.FeedFilter;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.testing.Samples;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a new client is shown of images that were forgotten. */
class FeedErasureTest {

    private static final Instant ERASED = Samples.NOON.plusSeconds(60);

    private final VerdictFeed feed = new VerdictFeed(10, 10, 10, () -> {});
    private final FeedSinks sinks =
            new FeedSinks(feed, new ObjectMapper().registerModule(new JavaTimeModule()), new Restriction(Set.of()));
    private final FeedTail.Sink<Verdict> verdicts = sinks.verdicts();
    private final FeedTail.Sink<AttackAudit> audits = sinks.audits();
    private final FeedTail.Sink<ModerationDecision> decisions = sinks.decisions();

    @Test
    void anErasedImageIsNotShownToClientsThatComeAfterItsTombstones() {
        happens("gone", 0);
        happens("kept", 1);
        decisions.forget("default/gone", ERASED);
        verdicts.forget("gone", ERASED);
        assertThat(shown()).containsExactlyInAnyOrder("verdict kept", "audit kept", "decision kept");
        assertThat(feed.recent(10, Optional.empty(), FeedFilter.ALL).verdicts()).hasSize(1);
    }

    @Test
    void aForgottenDecisionTakesTheVerdictOnItAlongAndNothingOfAnotherTenant() {
        happens("gone", 0);
        decisions.forget("another/gone", ERASED);
        assertThat(shown()).hasSize(3);
        decisions.forget("default/gone", ERASED);
        assertThat(shown()).isEmpty();
    }

    @Test
    void whatIsUploadedAgainIsShown() {
        decisions.forget("default/gone", Samples.NOON.minusSeconds(60));
        happens("gone", 0);
        assertThat(shown()).hasSize(3);
    }

    @Test
    void whatTheRedTeamAttackedIsNotShown() {
        audits.show(Samples.probe("kept").build(), at(0));
        assertThat(shown()).isEmpty();
    }

    @Test
    void aRestrictedVerdictIsNotShownAndTakesEarlierOnesOfTheImageAlong() {
        happens("listed", 0);
        verdicts.show(Samples.verdict("listed").setRestricted(true).build(), at(1));
        verdicts.show(Samples.verdict("another").setRestricted(true).build(), at(2));
        assertThat(shown()).doesNotContain("verdict listed", "verdict another");
        assertThat(feed.recent(10, Optional.empty(), FeedFilter.ALL).verdicts()).isEmpty();
    }

    @Test
    void whatWasDrawnAtRandomIsNotShown() {
        audits.show(Samples.sampled("kept").build(), at(0));
        assertThat(shown()).isEmpty();
    }

    /** The audits' tail may be behind that of the decisions. */
    @Test
    void anAuditThatIsReadAfterItsImageWasForgottenIsNotShown() {
        decisions.forget("default/gone", ERASED);
        audits.show(Samples.audit("gone").build(), at(0));
        audits.show(Samples.audit("gone").setDetectedAt(ERASED.plusSeconds(1)).build(), at(1));
        assertThat(shown()).containsExactly("audit gone");
    }

    private void happens(String imageId, long offset) {
        verdicts.show(Samples.verdict(imageId).build(), at(offset));
        audits.show(Samples.audit(imageId).build(), at(offset));
        decisions.show(
                ModerationDecision.newBuilder()
                        .setTenant("default")
                        .setImageId(imageId)
                        .setUploaderId("u")
                        .setDecision(Decision.SAFE)
                        .setScore(0.5)
                        .setDecidedBy(new Decider(DeciderKind.WORKER, "w"))
                        .setSince(Samples.NOON)
                        .build(),
                at(offset));
    }

    private static RecordCoordinates at(long offset) {
        return new RecordCoordinates("moderation.verdicts", 0, offset);
    }

    private List<String> shown() {
        var all = new FeedFilter(EnumSet.allOf(FeedTopic.class), Optional.empty(), Set.of(), 1);
        AssertSubscriber<FeedEvent> client =
                feed.watch(Optional.empty(), all).subscribe().withSubscriber(AssertSubscriber.create(100));
        List<String> told = client.getItems().stream()
                .filter(FeedEvent.Shown.class::isInstance)
                .map(event -> ((FeedEvent.Shown) event).item())
                .map(item -> item.topic().event() + " " + item.image().id())
                .toList();
        client.cancel();
        return told;
    }
}
