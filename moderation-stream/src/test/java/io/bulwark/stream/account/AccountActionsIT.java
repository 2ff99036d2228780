package io.bulwark.stream.account;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.BEN;
import static io.bulwark.stream.testing.ReviewDesk.OTHERS;
import static io.bulwark.stream.testing.ReviewDesk.SARA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.Subject;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.account.AccountBeans.AccountRetention;
import io.bulwark.stream.account.AccountPages.ActionRow;
import io.bulwark.stream.account.AccountPolicy.AccountPolicies;
import io.bulwark.stream.account.AccountPolicy.Action;
import io.bulwark.stream.account.AccountPolicy.Rule;
import io.bulwark.stream.account.AccountPolicy.StrikeWeight;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.Casebook;
import io.bulwark.stream.review.Person;
import io.bulwark.stream.review.PersonalRows;
import io.bulwark.stream.review.Retention;
import io.bulwark.stream.review.ReviewCandidate;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.ReviewDeskTestCase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What strikes lead to, on a real PostgreSQL. */
class AccountActionsIT extends ReviewDeskTestCase {

    private static final Person TOM = new Person("tom", "default", Set.of(Roles.REVIEWER, Roles.SENIOR));
    private static final long WEEK = Duration.ofDays(7).toSeconds();
    private static final List<StrikeWeight> WEIGHTS =
            List.of(new StrikeWeight("*", 1, null, null), new StrikeWeight("porn", 3, null, null));
    private static final List<Rule> RULES = List.of(
            new Rule("first", Action.WARN, null, 1, null),
            new Rule("repeated", Action.SUSPEND, null, 3, WEEK),
            new Rule("grave", Action.BAN, List.of("minor"), 1, null));

    private AccountPolicies policies;
    private AccountActions actions;
    private AccountAppeals appeals;
    private AccountPages pages;

    @BeforeEach
    void open() {
        policies = new AccountPolicies(database.database());
        actions = new AccountActions(database.database());
        appeals = new AccountAppeals(database.database());
        pages = new AccountPages(database.database());
    }

    @Test
    void withoutAPolicyNothingIsCountedAndWhatWasDecidedBeforeItNeverIs() {
        decided("old", "NSFW", "porn");
        assertThat(actions.keepUp()).isZero();

        rules();
        decidedAt("old", "NSFW", Instant.now().minusSeconds(60), "porn"); // as a rebuilt casebook has it

        assertThat(actions.keepUp()).isZero();
        assertThat(desk.rows("account_strike", "default")).isZero();
    }

    @Test
    void theGravestRuleThatIsReachedIsAppliedOnceAndNamesItsGrounds() {
        rules();
        decided("one", "NSFW", "weapons");
        assertThat(published()).containsExactly("WARN TAKEN first 1 one");
        decided("two", "NSFW", "weapons");
        assertThat(published()).hasSize(1);

        decided("three", "NSFW", "weapons");
        assertThat(published()).last().isEqualTo("SUSPEND TAKEN repeated 3 one,three,two");
        ActionRow suspended = account().actions().get(0);
        assertThat(suspended.until()).isEqualTo(suspended.takenAt().plusSeconds(WEEK));
        assertThat(suspended.policyVersion()).isEqualTo(1);

        decided("four", "NSFW", "weapons");
        decided("four", "NSFW", "weapons");
        assertThat(published()).as("it stands").hasSize(2);
        decided("five", "NSFW", "minor");
        assertThat(published()).last().isEqualTo("BAN TAKEN grave 1 five");
    }

    @Test
    void whatHasEndedIsTakenAgainForAFurtherStrikeAlone() {
        rules();
        decided("one", "NSFW", "porn");
        assertThat(published()).containsExactly("SUSPEND TAKEN repeated 3 one");
        database.asOwner()
                .useHandle(handle -> handle.execute("UPDATE account_action SET until = now() - interval '1 hour'"));

        decided("one", "NSFW", "porn", "weapons");
        assertThat(published()).as("the same strike").hasSize(1);
        decided("two", "NSFW", "weapons");
        assertThat(published()).last().isEqualTo("SUSPEND TAKEN repeated 4 one,two");
    }

    @Test
    void anOverturnedDecisionTakesItsStrikeBackAndLiftsWhatDoesNotStandAnyMore() {
        rules();
        decided("one", "NSFW", "porn");
        decided("two", "NSFW", "minor");
        assertThat(published()).containsExactly("SUSPEND TAKEN repeated 3 one", "BAN TAKEN grave 1 two");

        decided("two", "REVIEW", "minor"); // a person took it back

        assertThat(published()).last().isEqualTo("BAN LIFTED grave 1 two");
        assertThat(account().actions())
                .filteredOn(ActionRow::stands)
                .extracting(ActionRow::rule)
                .containsExactly("repeated");
        assertThat(account().actions().get(0).liftedFor()).isEqualTo("OVERTURNED");
        decided("two", "NSFW", "minor");
        assertThat(published()).as("flagged again").last().isEqualTo("BAN TAKEN grave 1 two");
    }

    @Test
    void otherLabelsLiftWhatRestedOnTheFirstOnes() {
        rules();
        decided("one", "NSFW", "minor");
        decided("one", "NSFW", "weapons");

        assertThat(published())
                .containsExactly("BAN TAKEN grave 1 one", "BAN LIFTED grave 1 one", "WARN TAKEN first 1 one");
    }

    /** Else an uploader could wash a strike off, and time would end a ban. */
    @Test
    void neitherTimeNorOtherContentUnderTheIdTakesAStrikeBack() {
        rules();
        decided("one", "NSFW", "minor");
        published();
        database.database().inTenant("default", handle -> {
            Casebook.forget(handle, "default", "one");
            return null;
        });
        entered(candidate("one", "other content", "SAFE"), Instant.now());

        assertThat(published()).containsExactly("BAN TAKEN grave 1 one");
        assertThat(account().strikes())
                .singleElement()
                .satisfies(strike -> assertThat(strike.takenBackAt()).isNull());
    }

    @Test
    void aSeniorTakesAndLiftsActions() {
        assertThatThrownBy(() -> actions.take(ANNA, "u", Action.BAN, "because", null))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("Only a senior");
        UUID taken = actions.take(SARA, "u", Action.LIMIT, "spam", WEEK);
        assertThatThrownBy(() -> actions.lift(OTHERS, taken, "not mine")).hasMessageContaining("There is no action");
        actions.lift(TOM, taken, "a mistake");

        assertThat(published()).containsExactly("LIMIT TAKEN by sara 0 ", "LIMIT LIFTED by tom 0 ");
        assertThatThrownBy(() -> actions.lift(TOM, taken, "again")).hasMessageContaining("does not hold");
    }

    @Test
    void anAppealGoesToASeniorWhoHadNoPartAndTheAnswerIsFinal() {
        rules();
        decidedBy("sara", "one", "NSFW", "minor");
        assertThat(published()).hasSize(1);
        UUID ban = account().actions().get(0).actionId();
        appeals.take(ANNA, ban, "It is a statue.");
        appeals.take(ANNA, ban, "It is a statue.");

        assertThat(appeals.waiting(SARA)).singleElement().matches(one -> !one.mine());
        assertThat(appeals.waiting(TOM)).singleElement().matches(AccountAppeals.Waiting::mine);
        assertThat(appeals.waiting(OTHERS)).isEmpty();
        assertThatThrownBy(() -> appeals.answer(ANNA, ban, true, "I think so")).hasMessageContaining("Only a senior");
        assertThatThrownBy(() -> appeals.answer(SARA, ban, false, "I was right"))
                .hasMessageContaining("another senior");
        appeals.answer(TOM, ban, false, "It is none.");

        assertThat(published()).last().isEqualTo("BAN KEPT by tom 1 one");
        assertThatThrownBy(() -> appeals.answer(TOM, ban, true, "or is it")).hasMessageContaining("No appeal");
        assertThatThrownBy(() -> appeals.take(ANNA, ban, "Look again.")).hasMessageContaining("A senior answered");
        assertThat(account().actions().get(0).answer()).isEqualTo("KEPT");
    }

    @Test
    void whoHadAPartTakesInNoAppealAndOtherWordsForOneThatWaitsAreRefused() {
        rules();
        decidedBy("anna", "one", "NSFW", "minor");
        published();
        UUID ban = account().actions().get(0).actionId();

        assertThatThrownBy(() -> appeals.take(ANNA, ban, "x")).hasMessageContaining("another person");
        appeals.take(BEN, ban, "It is a statue.");
        appeals.take(BEN, ban, "It is a statue.");
        assertThatThrownBy(() -> appeals.take(BEN, ban, "It is a painting."))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("other words");
        assertThat(account().actions().get(0).appeal()).isEqualTo("It is a statue.");
    }

    @Test
    void anAppealThatIsGrantedLiftsTheActionAndItsStrikesGiveNoMilderOne() {
        rules();
        decided("one", "NSFW", "minor");
        published();
        UUID ban = account().actions().get(0).actionId();
        appeals.take(ANNA, ban, "Please.");
        appeals.answer(TOM, ban, true, "Once.");

        decided("one", "NSFW", "minor", "weapons");
        assertThat(published()).last().isEqualTo("BAN LIFTED by tom 1 one");
    }

    /** Two instances keep up at once, and a request that is repeated finds nothing to do. */
    @Test
    void eachActionIsTakenOnceByTwoInstances() throws Exception {
        rules();
        for (int i = 0; i < 20; i++) {
            enter(uploaded("image-" + i, "uploader-" + i, "NSFW", "minor"));
        }
        var other = new Thread(actions::keepUp);
        other.start();
        actions.keepUp();
        other.join();

        assertThat(published()).hasSize(20);
        assertThat(actions.due()).isZero();
    }

    @Test
    void uploadsThatAWorkerCalledSafeGoToPeopleAgainAndWhatAPersonDecidedDoesNot() {
        enter(uploaded("a", "u", "SAFE"));
        enter(uploaded("b", "u", "SAFE"));
        enter(uploaded("c", "other", "SAFE"));
        entered(uploaded("d", "u", "SAFE"), Instant.now(), "anna", true);
        var again = new UploadsAgain(database.database(), desk.intake);

        assertThat(again.review(SARA, "u", 100)).isEqualTo(2);
        assertThat(again.review(SARA, "u", 1)).isEqualTo(1);
        assertThat(desk.queue.state(ANNA).waiting()).isEqualTo(2);
        assertThatThrownBy(() -> again.review(ANNA, "u", 1)).hasMessageContaining("Only a senior");
        assertThat(pages.of(ANNA, "u").files()).isEmpty();
    }

    @Test
    void equalFilesOfAnAccountAreShownTogether() {
        entered(candidate("a", "file", "NSFW"), Instant.now());
        entered(candidate("b", "file", "SAFE"), Instant.now().plusSeconds(1));

        assertThat(account().files())
                .singleElement()
                .matches(files -> files.images() == 2
                        && files.nsfw() == 1
                        && files.imageIds().equals(List.of("b", "a")));
    }

    @Test
    void anErasureOfTheUploaderTakesAllOfIt() {
        rules();
        decided("one", "NSFW", "minor");
        actions.keepUp();
        appeals.take(ANNA, account().actions().get(0).actionId(), "Please.");
        decided("two", "NSFW", "minor");

        database.database().inTenant("default", handle -> {
            PersonalRows.erase(handle, "default", Subject.UPLOADER, "u");
            return null;
        });

        for (String table : List.of(
                "account_action", "account_ground", "account_appeal", "account_strike", "account_due", "outbox")) {
            assertThat(desk.rows(table, "default")).as(table).isZero();
        }
    }

    /** What it did not see would stay for good. */
    @Test
    void anErasureOfTheUploaderWaitsForAnActionInProgress() throws Exception {
        Thread erasure;
        try (Handle senior = database.asOwner().open()) {
            senior.begin();
            senior.execute("SELECT pg_advisory_xact_lock(hashtextextended(?, 24))", "default\nu");
            senior.execute(
                    "INSERT INTO account_action (tenant, action_id, uploader_id, action, score, taken_by, taken_at)"
                            + " VALUES ('default', gen_random_uuid(), 'u', 'BAN', 0, 'sara', now())");
            erasure = new Thread(() -> database.database()
                    .inTenant("default", handle -> PersonalRows.erase(handle, "default", Subject.UPLOADER, "u")));
            erasure.start();
            erasure.join(500);
            senior.commit();
        }
        erasure.join();

        assertThat(desk.rows("account_action", "default")).isZero();
    }

    @Test
    void anActionStaysWhileAnImageThatItRestsOnIsOnHold() {
        rules();
        decided("held", "NSFW", "porn");
        database.asOwner()
                .useHandle(handle -> handle.execute("UPDATE account_action SET until = now() - interval '1200 days'"));

        assertThat(retention((image, uploader) -> image.equals("held")).sweepActions())
                .isZero();
        assertThat(retention((image, uploader) -> false).sweepActions()).isEqualTo(1);
    }

    /** A row above the producer's limit would stop the outbox of all tenants. */
    @Test
    void aRecordNamesTheHeaviestGroundsThatFitIntoIt() {
        rules();
        String name = "l".repeat(500);
        String[] labels = IntStream.range(0, 900).mapToObj(i -> name + i).toArray(String[]::new);
        decided("one", "NSFW", labels);
        decided("two", "NSFW", labels);
        decided("three", "NSFW", "porn");

        assertThat(published()).last().isEqualTo("SUSPEND TAKEN repeated 5 three,two");
        assertThat(account().actions().get(0).images()).hasSize(3);
    }

    @Test
    void oldStrikesAndEndedActionsGoUnlessTheyAreOnHold() {
        rules();
        for (String uploader : List.of("u", "held")) {
            enter(uploaded("image-of-" + uploader, uploader, "NSFW", "porn"));
        }
        actions.keepUp();
        actions.take(SARA, "u", Action.BAN, "stands", null);
        database.asOwner().useHandle(handle -> {
            handle.execute("UPDATE account_strike SET at = now() - interval '500 days'");
            handle.execute("UPDATE account_action SET until = now() - interval '1200 days' WHERE until IS NOT NULL");
        });
        AccountRetention retention = retention((image, uploader) -> uploader.equals("held"));

        assertThat(retention.sweepStrikes()).isEqualTo(1);
        assertThat(retention.sweepActions()).isEqualTo(1);
        assertThat(account().actions()).singleElement().matches(action -> action.action() == Action.BAN);
        assertThat(pages.of(ANNA, "held").actions()).hasSize(1);
    }

    /** @param held whether an image or uploader is on hold */
    private AccountRetention retention(BiPredicate<String, String> held) {
        var year = Duration.ofDays(400);
        return new AccountRetention(
                database.database(),
                new Retention.Ages(year, Duration.ofDays(1096), year, year, year),
                (tenant, image, uploader) -> held.test(image, uploader),
                Clock.systemUTC());
    }

    private void rules() {
        policies.change(SARA, new AccountPolicy(0, WEIGHTS, RULES, null, null));
    }

    private AccountPages.Account account() {
        return pages.of(ANNA, "u");
    }

    /** What waits in the outbox, oldest first, after the rules were tried. */
    private List<String> published() {
        actions.keepUp();
        return database
                .database()
                .inTenant(
                        "default",
                        handle -> handle.createQuery("""
                                SELECT concat_ws(' ', did->>'action', did->>'state', coalesce('by ' || (did->>'by'), did->>'rule'),
                                review->>'strikes', (SELECT coalesce(string_agg(ground->>'imageId', ',' ORDER BY ground->>'imageId'), '')
                                FROM jsonb_array_elements(did->'grounds') ground)) FROM outbox,
                                LATERAL (SELECT review->'enforcement' AS did) enforcement ORDER BY position""").mapTo(String.class).list())
                .stream()
                .map(line -> line.replace(".0 ", " "))
                .toList();
    }

    private void decided(String image, String decision, String... labels) {
        decidedAt(image, decision, Instant.now(), labels);
    }

    private void decidedAt(String image, String decision, Instant at, String... labels) {
        entered(uploaded(image, "u", decision, labels), at);
        published();
    }

    private void decidedBy(String person, String image, String decision, String... labels) {
        entered(uploaded(image, "u", decision, labels), Instant.now(), person, true);
    }

    private void enter(ReviewCandidate image) {
        entered(image, Instant.now());
    }

    private void entered(ReviewCandidate image, Instant at) {
        entered(image, at, "model", false);
    }

    private void entered(ReviewCandidate image, Instant at, String by, boolean person) {
        database.database().inTenant("default", handle -> {
            Casebook.enter(handle, new Casebook.Case(image, by, person, at.plusMillis(5), false));
            return null;
        });
    }

    private static ReviewCandidate candidate(String image, String content, String decision) {
        return new ReviewCandidate(
                "default", image, ReviewDesk.sha256(content), "u", null, decision, Optional.empty(), List.of(), 0.9);
    }

    private static ReviewCandidate uploaded(String image, String uploader, String decision, String... labels) {
        return new ReviewCandidate(
                "default",
                image,
                ReviewDesk.sha256(image),
                uploader,
                null,
                decision,
                Optional.empty(),
                List.of(labels),
                0.9);
    }
}
