package io.bulwark.stream.review;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.BEN;
import static io.bulwark.stream.testing.ReviewDesk.SARA;
import static io.bulwark.stream.testing.ReviewDesk.doubtful;
import static io.bulwark.stream.testing.ReviewDesk.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.Duty;
import io.bulwark.stream.picture.PreviewClient.Picture;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.AlikeItems.Alike;
import io.bulwark.stream.review.Decisions.Answer;
import io.bulwark.stream.review.Decisions.Outcome;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.ReviewQueue.Claim;
import io.bulwark.stream.review.evidence.Evidence.ItemPictures;
import io.bulwark.stream.review.intake.UploadTraits;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.ReviewDeskTestCase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One decision about pictures that look the same to the model, on a real PostgreSQL. */
class NearItemsIT extends ReviewDeskTestCase {

    private static final String MODEL = "1f0a77c2";
    private static final String OTHER_MODEL = "99999999";

    private AlikeItems alike;

    @BeforeEach
    void open() {
        alike = new AlikeItems(database.database());
    }

    @Test
    void whatDiffersInEightBitsOrLessIsNearAndOfOneModelAndTenant() {
        Claim claim = claimed("in-hand");
        looks("default", "same", MODEL, 0);
        looks("default", "eight", MODEL, 8);
        looks("default", "nine", MODEL, 9);
        looks("default", "far", MODEL, 128);
        looks("default", "of-another-model", OTHER_MODEL, 0);
        looks("another", "of-another-tenant", MODEL, 0);
        desk.arrives("without-a-look", 0.5);

        assertThat(near(claim)).containsExactlyInAnyOrder("same", "eight");
        assertThatThrownBy(() -> alike.near(BEN, claim.itemId()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("holds it");
    }

    @Test
    void aDecisionIsAboutTheOnesThatItNamesAndOneUndoTakesAllBack() {
        Claim claim = claimed("in-hand");
        UUID first = looks("default", "first", MODEL, 1);
        UUID second = looks("default", "second", MODEL, 2);
        looks("default", "left-out", MODEL, 3);
        UUID far = looks("default", "far", MODEL, 100);

        Answer answer = withNear(says(claim, "NSFW", "porn"), first, second, far);
        Outcome outcome = desk.decisions.decide(ANNA, answer);

        assertThat(outcome.alike()).isEqualTo(2);
        assertThat(stages())
                .containsExactly("far FIRST", "first CLOSED", "in-hand CLOSED", "left-out FIRST", "second CLOSED");
        assertThat(texts("SELECT review ->> 'imageId' || ' ' || (review ->> 'contentSha256') FROM outbox ORDER BY 1"))
                .containsExactly(
                        "first " + ReviewDesk.sha256("first"),
                        "in-hand " + ReviewDesk.sha256("in-hand"),
                        "second " + ReviewDesk.sha256("second"));
        assertThat(texts("SELECT subject FROM audit_log WHERE action = 'review.decided'"))
                .hasSize(3);
        assertThat(desk.decisions.decide(ANNA, answer)).as("the same again").isEqualTo(outcome);

        desk.decisions.undo(ANNA, claim.itemId(), answer.decisionId(), UUID.randomUUID());

        assertThat(stages())
                .containsExactly("far FIRST", "first FIRST", "in-hand FIRST", "left-out FIRST", "second FIRST");
    }

    @Test
    void whatHasToBeReadOrIsAnothersIsLeftOut() {
        Claim claim = claimed("in-hand");
        Claim held = claimed(BEN, "held");
        for (String image : List.of("appealed", "owed", "of-seniors", "drawn", "of-others", "skipped", "free")) {
            looks("default", image, MODEL, 1);
        }
        database.database().acrossTenants(handle -> {
            desk.intake.reported(handle, doubtful("default", "appealed", 0.5), Origin.APPEAL, "uploader", "It is me.");
            Duties.open(handle, "default", item("owed"), new Duties.Notice(Duty.TRUSTED_NOTICE, Instant.now()));
            return desk.intake.offer(handle, doubtful("default", "drawn", 0.5), Origin.SAMPLE);
        });
        database.asOwner().useHandle(owner -> {
            owner.execute("INSERT INTO review_queue (tenant, name, position, roles, changed_by)"
                    + " VALUES ('default', 'grave', 1, '{senior}', 'sara')");
            owner.execute("UPDATE queue_item SET queue = 'grave' WHERE image_id = 'of-others'");
            owner.execute("UPDATE queue_item SET stage = 'SENIOR' WHERE image_id = 'of-seniors'");
            owner.execute("UPDATE queue_item SET duties = '{TRUSTED_NOTICE}' WHERE image_id = 'owed'");
            owner.execute("INSERT INTO skip VALUES ('default', ?, 'anna', 'I know them.')", item("skipped"));
        });

        assertThat(near(claim)).containsExactly("free");
        List<UUID> all = new ArrayList<>(List.of(held.itemId()));
        List.of("appealed", "owed", "of-seniors", "drawn", "of-others", "skipped")
                .forEach(image -> all.add(item(image)));
        assertThat(desk.decisions
                        .decide(ANNA, withNear(says(claim, "SAFE"), all.toArray(UUID[]::new)))
                        .alike())
                .isZero();
    }

    @Test
    void aGraveLabelNeedsTwoPeopleForEachAndTheSecondLooksAtEachAlone() {
        Claim claim = claimed("in-hand");
        UUID other = looks("default", "other", MODEL, 1);

        Outcome proposed = desk.decisions.decide(ANNA, withNear(says(claim, "NSFW", "minor"), other));

        assertThat(proposed.state()).isEqualTo(Outcome.State.PROPOSED);
        assertThat(texts("SELECT stage FROM queue_item")).containsExactly("SECOND", "SECOND");
        assertThat(near(BEN, desk.queue.claim(BEN).orElseThrow())).isEmpty();
    }

    /** Every copy follows the answer to such a notice. */
    @Test
    void whereOneNeedsASecondPersonForItsNoticeTheOthersDoToo() {
        Claim claim = claimed("in-hand");
        UUID other = looks("default", "other", MODEL, 1);
        database.database()
                .acrossTenants(handle -> desk.intake.reported(
                        handle,
                        doubtful("default", "in-hand", 0.5),
                        Origin.REPORT,
                        "person",
                        "It is me.",
                        Optional.of(new Duties.Notice(Duty.INTIMATE_IMAGE, Instant.now()))));

        desk.decisions.decide(ANNA, withNear(says(claim, "NSFW", "porn"), other));

        assertThat(stages()).containsExactly("in-hand SECOND", "other SECOND");
    }

    @Test
    void aNearPictureIsShownToWhoHoldsTheOtherAndCountsAgainstTheirLimitOnce() {
        Wellness wellness = new Wellness(database.database());
        wellness.change(SARA, 0, WellnessRules.NONE);
        Claim claim = claimed("in-hand");
        UUID other = looks("default", "other", MODEL, 1);
        UUID far = looks("default", "far", MODEL, 64);
        var pictures =
                new ItemPictures(database.database(), Optional.empty(), question -> new Picture(new byte[] {1}, 1));
        Optional<UUID> beside = Optional.of(claim.itemId());

        assertRefused(() -> pictures.show(ANNA, other, false));
        assertRefused(() -> pictures.show(ANNA, far, false, beside));
        assertRefused(() -> pictures.show(BEN, other, false, beside));
        assertThat(pictures.show(ANNA, other, false, beside).jpeg()).hasSize(1);
        assertThat(exposures()).containsExactly("anna " + other + " true", "anna " + claim.itemId() + " false");

        desk.decisions.decide(ANNA, withNear(says(claim, "SAFE"), other));

        assertThat(exposures()).as("once").hasSize(2);
        assertRefused(() -> pictures.show(ANNA, other, false, beside));
    }

    /** A list of fifty would go far beyond a limit that has room for one. */
    @Test
    void nearPicturesAreShownWithinTheLimitsAlone() {
        var limit = new WellnessRules.Limit(List.of("porn"), 2);
        new Wellness(database.database()).change(SARA, 0, new WellnessRules(null, List.of(limit), null, null, null));
        Claim claim = claimed("in-hand");
        UUID first = looks("default", "first", MODEL, 1);
        UUID second = looks("default", "second", MODEL, 2);
        var pictures =
                new ItemPictures(database.database(), Optional.empty(), question -> new Picture(new byte[] {1}, 1));
        Optional<UUID> beside = Optional.of(claim.itemId());
        assertThat(near(claim)).hasSize(2);

        assertThat(pictures.show(ANNA, first, false, beside).jpeg()).hasSize(1);
        assertRefused(() -> pictures.show(ANNA, second, false, beside));
        assertThat(pictures.show(ANNA, first, false, beside).jpeg())
                .as("it was counted")
                .hasSize(1);
        assertThat(exposures()).hasSize(2);
    }

    @Test
    void whatRulesOrAChoiceKeepFromAPersonIsNotListed() {
        Claim claim = claimed("in-hand");
        looks("default", "other", MODEL, 1);
        assertThat(near(claim)).hasSize(1);

        new Wellness(database.database()).optOut(ANNA, List.of("porn"));

        assertThat(near(claim)).isEmpty();
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable show) {
        assertThatThrownBy(show)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem()).isEqualTo(Problem.NOT_ALLOWED));
    }

    private Claim claimed(String image) {
        return claimed(ANNA, image);
    }

    private Claim claimed(Person person, String image) {
        looks("default", image, MODEL, 0);
        Claim claim = desk.queue.claim(person).orElseThrow();
        assertThat(claim.imageId()).isEqualTo(image);
        return claim;
    }

    /** An open item whose look differs in this number of bits from that of all zeros, spread over the bands. */
    private UUID looks(String tenant, String image, String model, int bits) {
        int[] bands = new int[16];
        for (int bit = 0; bit < bits; bit++) {
            bands[bit % 16] |= 1 << bit / 16;
        }
        List<String> look = new ArrayList<>();
        for (int band = 0; band < bands.length; band++) {
            look.add("%s/%x:%04x".formatted(model, band, bands[band]));
        }
        ReviewCandidate candidate = doubtful(tenant, image, 0.5);
        return database.database().acrossTenants(handle -> {
            UploadTraits.note(
                    handle,
                    List.of(new UploadTraits(
                            tenant, image, candidate.contentSha256(), candidate.uploaderId(), Map.of(), look)));
            return desk.intake.offer(handle, candidate, Origin.REVIEW);
        });
    }

    private static UUID item(String image) {
        return QueueIntake.itemId(doubtful("default", image, 0.5));
    }

    private List<String> near(Claim claim) {
        return near(ANNA, claim);
    }

    private List<String> near(Person person, Claim claim) {
        return alike.near(person, claim.itemId()).stream().map(Alike::imageId).toList();
    }

    private static Answer withNear(Answer one, UUID... near) {
        return new Answer(
                one.itemId(),
                one.leaseId(),
                one.decisionId(),
                one.contentSha256(),
                one.decision(),
                one.labels(),
                one.reason(),
                Optional.empty(),
                Set.of(),
                Set.of(near));
    }

    private List<String> stages() {
        return texts("SELECT image_id || ' ' || stage FROM queue_item ORDER BY image_id");
    }

    private List<String> exposures() {
        return texts("SELECT person || ' ' || item_id || ' ' || seen FROM wellness_exposure ORDER BY seen DESC");
    }

    private List<String> texts(String sql) {
        return database.database().inTenant("default", handle -> {
            return handle.createQuery(sql).mapTo(String.class).list();
        });
    }
}
