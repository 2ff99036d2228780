package io.bulwark.stream.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.stream.document.AuditDocument;
import io.bulwark.stream.document.DecisionDocument;
import io.bulwark.stream.document.VerdictDocument;
import io.bulwark.stream.feed.FeedCursor.FeedTopic;
import io.bulwark.stream.feed.FeedEvent.FeedFilter;
import io.bulwark.stream.feed.FeedEvent.Item;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.testing.Samples;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.smallrye.mutiny.subscription.BackPressureFailure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VerdictFeedTest {

    private static final int HISTORY = 4;
    private static final int BUFFER = 3;

    private final AtomicInteger cut = new AtomicInteger();
    private final VerdictFeed feed = new VerdictFeed(HISTORY, BUFFER, 2, cut::incrementAndGet);

    @Test
    void aNewClientSeesTheHistoryAndThenWhatComes() {
        publish(0, 0, "a");
        publish(1, 0, "b");
        var client = watch(Optional.empty());
        publish(0, 1, "c");

        assertThat(told(client)).containsExactly("opened", "a", "b", "c");
    }

    @Test
    void theRingHoldsTheNewest() {
        for (int i = 0; i < 7; i++) {
            publish(0, i, "v" + i);
        }
        assertThat(feed.recent(10, Optional.empty(), FeedFilter.ALL).verdicts())
                .extracting(VerdictDocument::imageId)
                .containsExactly("v6", "v5", "v4", "v3");
        assertThat(feed.recent(2, Optional.empty(), FeedFilter.ALL).verdicts())
                .extracting(VerdictDocument::imageId)
                .containsExactly("v6", "v5");
    }

    @Test
    void pagesFollowEachOtherWithoutGapAndWithoutRepetition() {
        publish(0, 0, "a");
        publish(1, 0, "b");
        publish(0, 1, "c");
        publish(1, 1, "d");
        var first = feed.recent(3, Optional.empty(), FeedFilter.ALL);
        publish(0, 2, "e"); // pushes a out
        var second = feed.recent(3, first.next(), FeedFilter.ALL);

        assertThat(first.verdicts()).extracting(VerdictDocument::imageId).containsExactly("d", "c", "b");
        assertThat(second.verdicts()).isEmpty();
        assertThat(feed.recent(
                                2,
                                Optional.of(feed.recent(2, Optional.empty(), FeedFilter.ALL)
                                        .next()
                                        .orElseThrow()),
                                FeedFilter.ALL)
                        .verdicts())
                .extracting(VerdictDocument::imageId)
                .containsExactly("c", "b");
        assertThat(second.next()).isEmpty();
    }

    @Test
    void theLimitCountsWhatIsWanted() {
        publish(0, 0, "a", Decision.NSFW);
        publish(0, 1, "b", Decision.SAFE);
        publish(0, 2, "c", Decision.NSFW);
        assertThat(feed.recent(2, Optional.empty(), new FeedFilter(Optional.empty(), Set.of("NSFW"), 1))
                        .verdicts())
                .extracting(VerdictDocument::imageId)
                .containsExactly("c", "a");
    }

    @Test
    void aClientThatComesBackSeesWhatItMissedAndNothingTwice() {
        publish(0, 0, "a");
        publish(1, 0, "b");
        var first = watch(Optional.empty());
        FeedCursor last = first.getItems().get(2).cursor();
        first.cancel();
        publish(0, 1, "c");
        publish(2, 0, "d");

        assertThat(told(watch(Optional.of(last)))).containsExactly("opened", "c", "d");
    }

    @Test
    void aCursorGoesOnAtAnotherInstanceThatSawThePartitionsInAnotherOrder() {
        var other = new VerdictFeed(HISTORY, BUFFER, 2, cut::incrementAndGet);
        publish(0, 0, "a");
        FeedCursor afterA = watch(Optional.empty()).getItems().get(1).cursor();
        publish(other, 1, 0, "b", Decision.SAFE);
        publish(other, 0, 0, "a", Decision.SAFE);

        assertThat(told(watch(other, Optional.of(afterA)))).containsExactly("opened", "b");
    }

    @Test
    void aClientThatWasAwayForTooLongGetsAGapEvent() {
        publish(0, 0, "v0");
        FeedCursor last = watch(Optional.empty()).getItems().get(1).cursor();
        for (int i = 1; i < 9; i++) {
            publish(0, i, "v" + i);
        }
        assertThat(told(watch(Optional.of(last)))).containsExactly("opened", "gap", "v5", "v6", "v7", "v8");
    }

    @Test
    void whatLiesBeforeTheTailsStartIsAGapToo() {
        feed.startAt(FeedTopic.VERDICTS, Map.of(0, 100L));
        publish(0, 100, "v100");
        FeedCursor old = FeedCursor.start().after(FeedTopic.VERDICTS, 0, 50);

        assertThat(told(watch(Optional.of(old)))).containsExactly("opened", "gap", "v100");
        assertThat(told(watch(Optional.empty()))).containsExactly("opened", "v100");
    }

    @Test
    void auditsComeBetweenTheVerdictsInTheOrderOfTheirArrival() {
        publish(0, 0, "a");
        audit(0, 0, "audit of a");
        publish(0, 1, "b");
        var client = watch(Optional.empty());
        audit(1, 0, "audit of b");

        assertThat(told(client)).containsExactly("opened", "a", "audit of a", "b", "audit of b");
    }

    @Test
    void aWaveOfAuditsPushesNoVerdictOut() {
        publish(0, 0, "a");
        for (int i = 0; i < 9; i++) {
            audit(0, i, "audit " + i);
        }
        assertThat(told(watch(Optional.empty())))
                .containsExactly("opened", "a", "audit 5", "audit 6", "audit 7", "audit 8");
    }

    @Test
    void aClientThatComesBackFromAmongThemMissesNothingOfEither() {
        publish(0, 0, "a");
        audit(0, 0, "audit of a");
        publish(1, 0, "b");
        audit(1, 0, "audit of b");
        List<FeedEvent> all = watch(Optional.empty()).getItems();
        for (int seen = 1; seen < all.size(); seen++) {
            var again = feed.watch(Optional.of(all.get(seen).cursor()), FeedFilter.ALL)
                    .subscribe()
                    .withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
            assertThat(again.getItems().stream().skip(1)).containsExactlyElementsOf(all.subList(seen + 1, all.size()));
            again.cancel();
        }
    }

    @Test
    void aClientThatDoesNotKeepUpIsCutOffWithoutEffectOnOthers() {
        AssertSubscriber<FeedEvent> slow =
                feed.watch(Optional.empty(), FeedFilter.ALL).subscribe().withSubscriber(AssertSubscriber.create(1));
        var quick = watch(Optional.empty());
        for (int i = 0; i < 2 * HISTORY + BUFFER + 1; i++) {
            publish(0, i, "v" + i);
        }
        slow.awaitFailure().assertFailedWith(BackPressureFailure.class);
        assertThat(quick.getItems()).hasSize(2 * HISTORY + BUFFER + 2);
        assertThat(feed.watching()).isEqualTo(1);
        assertThat(cut).hasValue(1);
    }

    @Test
    void moreClientsThanAllowedAreTurnedAwayUntilOneLeaves() {
        var first = feed.watch(Optional.empty(), FeedFilter.ALL);
        var second = feed.watch(Optional.empty(), FeedFilter.ALL);
        assertThatThrownBy(() -> feed.watch(Optional.empty(), FeedFilter.ALL)) // before the first subscription
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        full -> assertThat(full.problem()).isEqualTo(Problem.FEED_FULL))
                .hasMessageContaining("bulwark.stream.feed.max-clients");
        var one = first.subscribe().withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
        second.subscribe().withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
        assertThat(feed.watching()).isEqualTo(2);
        one.cancel();
        assertThat(told(watch(Optional.empty()))).containsExactly("opened");
    }

    @Test
    void aClientThatDoesNotReturnFromAnEventDelaysNoOther() throws Exception {
        var entered = new CountDownLatch(1);
        var released = new CountDownLatch(1);
        feed.watch(Optional.empty(), FeedFilter.ALL).subscribe().with(event -> {
            if (event instanceof FeedEvent.Shown) {
                entered.countDown();
                awaitQuietly(released);
            }
        });
        var tail = new Thread(() -> publish(0, 0, "a"));
        tail.start();
        assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();

        var other = watch(Optional.empty());
        audit(0, 0, "audit of a");
        assertThat(told(other)).containsExactly("opened", "a", "audit of a");
        assertThat(feed.recent(1, Optional.empty(), FeedFilter.ALL).verdicts()).hasSize(1);

        released.countDown();
        tail.join(10_000);
    }

    @Test
    void aClientGetsTheRecordsOfItsTenantOnly() {
        var client = feed.watch(Optional.empty(), new FeedFilter(Optional.of("shop"), Set.of(), 1))
                .subscribe()
                .withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
        publishOf("shop", 0, "a", Decision.SAFE);
        publishOf("bank", 1, "b", Decision.SAFE);
        feed.publish(
                Item.of(AuditDocument.of(Samples.audit("of b").setTenant("bank").build()), "{}"), 0, 0);
        assertThat(told(client)).containsExactly("opened", "a");
    }

    @Test
    void aClientGetsTheDecisionsThatItAskedFor() {
        var client = feed.watch(Optional.empty(), new FeedFilter(Optional.empty(), Set.of("NSFW", "REVIEW"), 1))
                .subscribe()
                .withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
        publish(0, 0, "a", Decision.SAFE);
        publish(0, 1, "b", Decision.NSFW);
        publish(0, 2, "c", Decision.REVIEW);
        assertThat(told(client)).containsExactly("opened", "b", "c");
    }

    @Test
    void aClientThatAsksForDecisionsGetsOnlyThemAndOtherClientsGetNone() {
        var decisions = new FeedFilter(Set.of(FeedTopic.DECISIONS), Optional.of("shop"), Set.of("NSFW"), 1);
        var client = feed.watch(Optional.empty(), decisions)
                .subscribe()
                .withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
        var others = feed.watch(Optional.empty(), FeedFilter.ALL)
                .subscribe()
                .withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
        publishOf("shop", 0, "a", Decision.NSFW);
        decided("shop", 0, "b", Decision.NSFW);
        decided("shop", 1, "c", Decision.SAFE);
        decided("bank", 2, "d", Decision.NSFW);
        assertThat(told(client)).containsExactly("opened", "b");
        assertThat(told(others)).containsExactly("opened", "a");
    }

    private void decided(String tenant, long offset, String imageId, Decision decision) {
        var holds = ModerationDecision.newBuilder()
                .setTenant(tenant)
                .setImageId(imageId)
                .setUploaderId("u")
                .setDecision(decision)
                .setScore(0.5)
                .setDecidedBy(new Decider(DeciderKind.WORKER, "w"))
                .setSince(Samples.NOON)
                .build();
        feed.publish(Item.of(DecisionDocument.of(holds), "{}"), 0, offset);
    }

    private static Item verdict(String decision, String imageId) {
        return new Item(
                FeedTopic.VERDICTS, new TenantKey("default", imageId), Samples.NOON, decision, "a document", "{}");
    }

    @Test
    void aSampleShowsItsShareOfTheImagesAndAllOfWhatBelongsToThem() {
        var sample = new FeedFilter(Optional.empty(), Set.of(), 0.1);
        long shown = IntStream.range(0, 10_000)
                .filter(i -> sample.shows(verdict("SAFE", "image-" + i)))
                .count();
        assertThat(shown).isBetween(900L, 1_100L);
        IntStream.range(0, 100)
                .forEach(i -> assertThat(sample.shows(verdict("SAFE", "image-" + i)))
                        .isEqualTo(sample.shows(verdict("NSFW", "image-" + i))));
    }

    @Test
    void aBeatMovesTheClientPastWhatItsFilterHid() {
        var filter = new FeedFilter(Optional.of("no-tenant"), Set.of(), 1);
        var client = feed.watch(Optional.empty(), filter)
                .subscribe()
                .withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
        for (int i = 0; i < 3 * HISTORY; i++) {
            publish(0, i, "v" + i);
        }
        feed.beat();
        FeedCursor last = client.getItems().get(client.getItems().size() - 1).cursor();
        assertThat(told(watch(Optional.of(last)))).containsExactly("opened");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void publishOf(String tenant, long offset, String imageId, Decision decision) {
        var verdict = Samples.verdict(imageId).setTenant(tenant).setDecision(decision);
        publish(feed, 0, offset, verdict);
    }

    private void publish(int partition, long offset, String imageId) {
        publish(partition, offset, imageId, Decision.SAFE);
    }

    private void publish(int partition, long offset, String imageId, Decision decision) {
        publish(feed, partition, offset, imageId, decision);
    }

    private static void publish(VerdictFeed feed, int partition, long offset, String imageId, Decision decision) {
        publish(feed, partition, offset, Samples.verdict(imageId).setDecision(decision));
    }

    private static void publish(VerdictFeed feed, int partition, long offset, Verdict.Builder verdict) {
        var document =
                VerdictDocument.of(verdict.build(), new RecordCoordinates("moderation.verdicts", partition, offset));
        feed.publish(Item.of(document, "{}"), partition, offset);
    }

    private void audit(int partition, long offset, String imageId) {
        feed.publish(Item.of(AuditDocument.of(Samples.audit(imageId).build()), "{}"), partition, offset);
    }

    private AssertSubscriber<FeedEvent> watch(Optional<FeedCursor> from) {
        return watch(feed, from);
    }

    private static AssertSubscriber<FeedEvent> watch(VerdictFeed feed, Optional<FeedCursor> from) {
        return feed.watch(from, FeedFilter.ALL).subscribe().withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
    }

    private static List<String> told(AssertSubscriber<FeedEvent> client) {
        return client.getItems().stream().map(VerdictFeedTest::told).toList();
    }

    private static String told(FeedEvent event) {
        if (event instanceof FeedEvent.Shown shown) {
            return shown.item().image().id();
        }
        if (event instanceof FeedEvent.Beat) {
            return "beat";
        }
        return event instanceof FeedEvent.Gap ? "gap" : "opened";
    }
}
