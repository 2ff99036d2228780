package io.bulwark.stream.review;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.OTHERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.stream.access.Roles;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pages of the casebook on a real PostgreSQL. */
class CasePagesIT {

    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00.123456Z");
    private static final int CASES = 25;

    @AutoClose
    private static TestDatabase database;

    private static CasePages pages;

    @BeforeAll
    static void fill() {
        database = TestDatabase.open();
        pages = new CasePages(database.database());
        // five at each time, so that ties are broken by the id
        for (int i = 0; i < CASES; i++) {
            enter("default", "image-" + (char) ('a' + i), NOON.minusSeconds(i / 5), i % 2 == 0 ? "NSFW" : "SAFE");
        }
        enter("another", "foreign", NOON, "NSFW");
    }

    @Test
    void thePagesTogetherHaveEveryCaseOnceNewestFirst() {
        List<CasePages.CaseDocument> all = walk(CasePages.CaseFilter.ALL, 4);
        assertThat(all).hasSize(CASES);
        assertThat(all).extracting(found -> found.imageId()).doesNotHaveDuplicates();
        assertThat(all)
                .extracting(CasePages.CaseDocument::decidedAt)
                .isSortedAccordingTo((one, other) -> other.compareTo(one));
    }

    @Test
    void aLastPageThatIsFullHasNoNextOne() {
        CasePages.Page page = pages.page(ANNA, CasePages.CaseFilter.ALL, Optional.empty(), CASES);
        assertThat(page.cases()).hasSize(CASES);
        assertThat(page.next()).isNull();
    }

    @Test
    void aFilterHoldsOnEveryPage() {
        var nsfw = new CasePages.CaseFilter(
                Optional.empty(),
                Optional.of("NSFW"),
                Optional.of("UNCERTAIN"),
                Optional.empty(),
                Optional.of("porn"),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.of(NOON),
                Optional.of(0.4),
                Optional.of(0.6));
        assertThat(walk(nsfw, 3)).hasSize(10).allSatisfy(found -> {
            assertThat(found.decision()).isEqualTo("NSFW");
            assertThat(found.decidedAt()).isBefore(NOON);
        });
    }

    @Test
    void oneImageIsFound() {
        var one = new CasePages.CaseFilter(
                Optional.of("image-c"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        assertThat(walk(one, 3)).extracting(found -> found.imageId()).containsExactly("image-c");
    }

    @Test
    void aBacktestCountsWhatOtherThresholdsWouldHaveMade() {
        var backtest = new CasePages(database.database());
        assertThat(backtest.run(ANNA, CasePages.CaseFilter.ALL, 0.6, 0.4))
                .containsExactly(
                        new CasePages.Count("REVIEW", "NSFW", false, 13),
                        new CasePages.Count("REVIEW", "SAFE", false, 12));
        assertThat(backtest.run(ANNA, CasePages.CaseFilter.ALL, 0.5, 0.4))
                .extracting(CasePages.Count::would)
                .containsOnly("NSFW");
        assertThat(backtest.run(ANNA, CasePages.CaseFilter.ALL, 0.6, 0.5))
                .extracting(CasePages.Count::would)
                .containsOnly("SAFE");
        assertThatThrownBy(() -> backtest.run(ANNA, CasePages.CaseFilter.ALL, 0.4, 0.6))
                .isInstanceOf(ProblemException.class);
    }

    @Test
    void scoresAreCountedByRangeWithWhatPeopleMadeOfThem() {
        assertThat(new CasePages(database.database()).calibration(ANNA, CasePages.CaseFilter.ALL))
                .containsExactly(new CasePages.Bin(0.5, 25, 0, 0));
        assertThat(new CasePages(database.database()).calibration(OTHERS, CasePages.CaseFilter.ALL))
                .containsExactly(new CasePages.Bin(0.5, 1, 0, 0));
    }

    /** An undo publishes REVIEW in the name of the person who undid. */
    @Test
    void whatAPersonTookBackDoesNotCountAsAPersonsDecision() {
        var cara = new Person("cara", "third", Set.of(Roles.REVIEWER, Roles.SENIOR));
        enter("third", "decided", NOON, "NSFW", true);
        enter("third", "undone", NOON, "REVIEW", true);
        var backtest = new CasePages(database.database());
        assertThat(backtest.calibration(cara, CasePages.CaseFilter.ALL))
                .containsExactly(new CasePages.Bin(0.5, 2, 1, 1));
        assertThat(backtest.run(cara, CasePages.CaseFilter.ALL, 0.6, 0.4))
                .containsExactly(
                        new CasePages.Count("REVIEW", "NSFW", true, 1),
                        new CasePages.Count("REVIEW", "REVIEW", false, 1));
    }

    @Test
    void tenantsNeverSeeEachOthersCases() {
        assertThat(pages.page(OTHERS, CasePages.CaseFilter.ALL, Optional.empty(), 10)
                        .cases())
                .extracting(found -> found.imageId())
                .containsExactly("foreign");
    }

    @Test
    void aPlaceThatIsNoneOfOursIsRefused() {
        assertThatThrownBy(() -> pages.page(ANNA, CasePages.CaseFilter.ALL, Optional.of("%%%"), 10))
                .isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> pages.page(ANNA, CasePages.CaseFilter.ALL, Optional.of("bm9uZQ"), 10))
                .isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> pages.page(ANNA, CasePages.CaseFilter.ALL, Optional.empty(), CasePages.MOST + 1))
                .isInstanceOf(ProblemException.class);
    }

    private static List<CasePages.CaseDocument> walk(CasePages.CaseFilter filter, int size) {
        var all = new ArrayList<CasePages.CaseDocument>();
        Optional<String> after = Optional.empty();
        do {
            CasePages.Page page = pages.page(ANNA, filter, after, size);
            all.addAll(page.cases());
            after = Optional.ofNullable(page.next());
        } while (after.isPresent());
        return all;
    }

    private static void enter(String tenant, String imageId, Instant at, String decision) {
        enter(tenant, imageId, at, decision, false);
    }

    private static void enter(String tenant, String imageId, Instant at, String decision, boolean byPerson) {
        ReviewCandidate doubtful = ReviewDesk.doubtful(tenant, imageId, 0.5);
        var image = new ReviewCandidate(
                tenant,
                imageId,
                doubtful.contentSha256(),
                doubtful.uploaderId(),
                doubtful.upload(),
                decision,
                doubtful.reason(),
                doubtful.labels(),
                0.5);
        database.database().acrossTenants(handle -> {
            Casebook.enter(handle, new Casebook.Case(image, byPerson ? "cara" : "a-model", byPerson, at, false));
            return null;
        });
    }
}
