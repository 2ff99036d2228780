package io.bulwark.stream.review;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.BEN;
import static io.bulwark.stream.testing.ReviewDesk.OTHERS;
import static io.bulwark.stream.testing.ReviewDesk.SARA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.ReviewQueue.Next;
import io.bulwark.stream.review.Wellness.Exposure;
import io.bulwark.stream.review.Wellness.Withheld;
import io.bulwark.stream.review.WellnessRules.Display;
import io.bulwark.stream.review.WellnessRules.Limit;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.ReviewDeskTestCase;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Claims of people who are protected, on a real PostgreSQL. */
class WellnessIT extends ReviewDeskTestCase {

    private Wellness wellness;

    @BeforeEach
    void open() {
        wellness = new Wellness(database.database());
    }

    @Test
    void withoutRulesNothingIsCounted() {
        arrives("one", "gore");
        claimed(ANNA);

        assertThat(desk.rows("wellness_exposure", "default")).isZero();
    }

    @Test
    void aboveALimitOtherItemsComeAndThenNoneWithTheReason() {
        limits(new Limit(List.of("gore"), 1));
        arrives("one", "gore");
        arrives("two", "gore");
        arrives("three", "porn");

        assertThat(claimed(ANNA)).isEqualTo("one");
        assertThat(claimed(ANNA)).isEqualTo("three");
        Next none = desk.queue.next(ANNA, List.of());
        assertThat(none.claim()).isEmpty();
        assertThat(none.withheld()).contains(Withheld.LIMIT);
        assertThat(claimed(BEN)).as("each has their own limit").isEqualTo("two");
        assertThat(desk.queue.next(BEN, List.of()).withheld())
                .as("nothing waits")
                .isEmpty();
    }

    @Test
    void whatIsGivenBackUnseenDoesNotCount() {
        limits(new Limit(null, 1));
        arrives("one", "gore");
        ReviewQueue.Claim unseen = desk.queue.claim(ANNA).orElseThrow();
        desk.queue.release(ANNA, unseen.itemId(), unseen.leaseId());
        ReviewQueue.Claim seen = desk.queue.claim(ANNA).orElseThrow();
        desk.queue.seen(ANNA, seen.itemId(), seen.leaseId());
        desk.queue.release(ANNA, seen.itemId(), seen.leaseId());

        assertThat(desk.queue.next(ANNA, List.of()).withheld()).contains(Withheld.LIMIT);
    }

    @Test
    void whoOptsOutOfALabelIsNotGivenItAlsoWithoutRules() {
        wellness.optOut(ANNA, List.of("gore"));
        arrives("one", "gore");
        arrives("two", "porn");

        assertThat(claimed(ANNA)).isEqualTo("two");
        assertThat(desk.queue.next(ANNA, List.of()).withheld()).contains(Withheld.OPT_OUT);
        assertThat(claimed(BEN)).isEqualTo("one");
        assertThat(wellness.of(ANNA).optedOut()).containsExactly("gore");
        assertThat(wellness.of(BEN).optedOut()).isEmpty();
    }

    @Test
    void afterOneOfALabelAnotherComesWhereOneWaits() {
        rules(new WellnessRules(null, null, null, null, 1));
        arrives("one", "gore");
        arrives("two", "gore");
        arrives("three", "porn");

        assertThat(List.of(claimed(ANNA), claimed(ANNA), claimed(ANNA))).containsExactly("one", "three", "two");
    }

    /** Else each claim would walk a queue of a million items of one label. */
    @Test
    void anotherLabelIsLookedForAmongTheFirstThousandItems() {
        rules(new WellnessRules(null, null, null, null, 1));
        arrives("one", "gore");
        arrives("two", "gore");
        assertThat(claimed(ANNA)).isEqualTo("one");
        database.asOwner().useHandle(handle -> handle.execute("""
                INSERT INTO queue_item (tenant, item_id, image_id, content_sha256, uploader_id, machine_decision, labels,
                score, origins, rank, stage) SELECT tenant, gen_random_uuid(), 'copy-' || i, content_sha256, uploader_id,
                machine_decision, labels, score, origins, rank + make_interval(secs => i), stage
                FROM queue_item, generate_series(1, 1000) AS i WHERE image_id = 'two'"""));
        arrives("last", "porn");
        database.asOwner()
                .useHandle(handle ->
                        handle.execute("UPDATE queue_item SET rank = rank + interval '1 day' WHERE image_id = 'last'"));

        assertThat(claimed(ANNA)).as("too far behind").isEqualTo("two");
        wellness.optOut(BEN, List.of("gore"));
        assertThat(claimed(BEN)).as("who must not see it gets further").isEqualTo("last");
    }

    @Test
    void aBreakEndsTheClaimsAndSaysUntilWhen() {
        rules(new WellnessRules(null, null, 60L, 600L, null));
        arrives("one", "gore");
        arrives("two", "gore");
        claimed(ANNA);
        database.asOwner()
                .useHandle(
                        handle -> handle.execute(
                                "INSERT INTO wellness_exposure (tenant, person, item_id, labels, at)"
                                        + " SELECT tenant, person, item_id, labels, at - interval '70 seconds' FROM wellness_exposure"));

        Next next = desk.queue.next(ANNA, List.of());
        assertThat(next.withheld()).contains(Withheld.BREAK);
        assertThat(next.until()).isPresent();
    }

    @Test
    void eachChangeOfTheRulesIsAVersion() {
        var first = new WellnessRules(new Display(true, false, 80, true), null, null, null, null);
        assertThat(wellness.change(SARA, 0, first).version()).isEqualTo(1);
        assertThat(wellness.of(ANNA).rules()).isEqualTo(first);
        assertThat(wellness.of(OTHERS).version()).isZero();
        assertThatThrownBy(() -> wellness.change(SARA, 0, first))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("version 1 now");
    }

    @Test
    void theReportLeavesOutWhatFewPeopleSawAndNamesNoOne() {
        limits();
        for (int i = 0; i < Wellness.LEAST_PEOPLE; i++) {
            var person = new Person("person-" + i, "default", Set.of(Roles.REVIEWER));
            arrives("gore-" + i, "gore");
            arrives("porn-" + i, "porn");
            sees(person);
            if (i < Wellness.LEAST_PEOPLE - 1) {
                sees(person);
                wellness.optOut(person, List.of("weapons"));
            }
        }

        assertThat(wellness.report(SARA, 7)).containsExactly(new Exposure("gore", 5, 5, null, 5));
        wellness.optOut(new Person("of-another-shift", "default", Set.of(Roles.REVIEWER)), List.of("gore"));
        for (int i = 0; i < Wellness.LEAST_PEOPLE - 1; i++) {
            wellness.optOut(new Person("person-" + i, "default", Set.of(Roles.REVIEWER)), List.of("gore"));
        }
        assertThat(wellness.report(SARA, 7)).containsExactly(new Exposure("gore", 5, 5, 5L, 6));
        assertThat(wellness.report(OTHERS, 7)).isEmpty();
    }

    private void limits(Limit... limits) {
        rules(new WellnessRules(null, List.of(limits), null, null, null));
    }

    private void rules(WellnessRules rules) {
        wellness.change(SARA, 0, rules);
    }

    private void arrives(String image, String label) {
        ReviewCandidate doubtful = ReviewDesk.doubtful("default", image, 0.5);
        desk.arrives(
                new ReviewCandidate(
                        "default",
                        image,
                        doubtful.contentSha256(),
                        "u",
                        doubtful.upload(),
                        "REVIEW",
                        Optional.of("UNCERTAIN"),
                        List.of(label),
                        0.5),
                Origin.REVIEW);
    }

    private String claimed(Person person) {
        return desk.queue.claim(person).orElseThrow().imageId();
    }

    private void sees(Person person) {
        ReviewQueue.Claim claim = desk.queue.claim(person).orElseThrow();
        desk.queue.seen(person, claim.itemId(), claim.leaseId());
    }
}
