package io.bulwark.stream.review;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.OTHERS;
import static io.bulwark.stream.testing.ReviewDesk.SARA;
import static io.bulwark.stream.testing.ReviewDesk.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.ReviewWords.Label;
import io.bulwark.stream.review.ReviewWords.Words;
import io.bulwark.stream.testing.ReviewDeskTestCase;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What labels mean, on a real PostgreSQL. */
class ReviewWordsIT extends ReviewDeskTestCase {

    private static final Label WEAPONS = new Label(
            "weapons", "1", "Arms that could hurt.", List.of("a rifle on a table"), List.of("a water pistol"), null);
    private static final Label GUNS = new Label("guns", null, null, null, null, "weapons");

    private ReviewWords words;

    @BeforeEach
    void open() {
        words = new ReviewWords(database.database());
    }

    @Test
    void eachChangeIsAVersionOfItsTenant() {
        assertThat(words.latest(ANNA)).isEqualTo(Words.NONE);
        Words first = words.change(SARA, new Words(0, List.of(WEAPONS), false, null, null, null));
        Words second = words.change(SARA, new Words(1, List.of(WEAPONS, GUNS), true, null, null, null));

        assertThat(words.latest(ANNA)).isEqualTo(second);
        assertThat(second.labels()).containsExactly(WEAPONS, GUNS);
        assertThat(second.changedBy()).isEqualTo("sara");
        assertThat(words.versions(ANNA)).containsExactly(second, first);
        assertThat(words.latest(OTHERS)).isEqualTo(Words.NONE);
    }

    @Test
    void reasonsAreAPartOfAVersionAndStayWhereAChangeDoesNotNameThem() {
        List<String> reasons = List.of("A toy.", "Seen in a museum.");
        Words first = words.change(SARA, new Words(0, List.of(WEAPONS), false, reasons, null, null));
        Words second = words.change(SARA, new Words(1, List.of(WEAPONS, GUNS), false, null, null, null));
        Words third = words.change(SARA, new Words(2, List.of(WEAPONS), false, List.of(), null, null));

        assertThat(words.versions(ANNA)).containsExactly(third, second, first);
        assertThat(first.reasons()).isEqualTo(reasons);
        assertThat(second.reasons()).isEqualTo(reasons);
        assertThat(third.reasons()).isEmpty();
        assertThatThrownBy(() -> words.change(
                        SARA, new Words(3, List.of(WEAPONS), false, List.of("A toy.", "A toy."), null, null)))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("each once");
    }

    @Test
    void aClosedListHasALabel() {
        assertThatThrownBy(() -> words.change(SARA, new Words(0, List.of(), true, null, null, null)))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("has a label");
    }

    @Test
    void ofTwoChangesOfOneVersionTheLaterIsRefused() {
        words.change(SARA, new Words(0, List.of(WEAPONS), false, null, null, null));

        assertThatThrownBy(() -> words.change(SARA, new Words(0, List.of(), false, null, null, null)))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("version 1 now");
    }

    @Test
    void aMergedLabelIsPublishedAsTheOneThatItIsMergedIntoAndTheAuditLogNamesTheVersion() {
        desk.arrives("image", 0.5);
        words.change(SARA, new Words(0, List.of(WEAPONS, GUNS), false, null, null, null));

        desk.decisions.decide(
                ANNA, says(desk.queue.claim(ANNA).orElseThrow(), "NSFW", "guns", "weapons", "something new"));

        assertThat(texts("SELECT review ->> 'labels' FROM outbox")).containsExactly("[\"weapons\", \"something new\"]");
        assertThat(
                        texts(
                                "SELECT CAST(details AS jsonb) ->> 'labelsVersion' FROM audit_log WHERE action = 'review.decided'"))
                .containsExactly("1");
    }

    @Test
    void aClosedListRefusesOtherLabels() {
        desk.arrives("image", 0.5);
        words.change(SARA, new Words(0, List.of(WEAPONS), true, null, null, null));
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();

        assertThatThrownBy(() -> desk.decisions.decide(ANNA, says(claim, "NSFW", "gambling")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("no label gambling")
                .hasMessageContaining("weapons");
        desk.decisions.decide(ANNA, says(claim, "NSFW", "weapons"));
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of(List.of(WEAPONS, WEAPONS), "twice"),
                Arguments.of(List.of(WEAPONS, new Label("other", "1", null, null, null, null)), "key 1"),
                Arguments.of(List.of(new Label("other", "s", null, null, null, null)), "one of 123456789"),
                Arguments.of(List.of(new Label(" ", null, null, null, null, null)), "1 to 200"),
                Arguments.of(List.of(GUNS), "no label that is given"),
                Arguments.of(List.of(WEAPONS, GUNS, new Label("arms", null, null, null, null, "guns")), "arms"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatCannotBeGivenIsNamed(List<Label> labels, String message) {
        assertThatThrownBy(() -> words.change(SARA, new Words(0, labels, false, null, null, null)))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(message);
        assertThat(words.latest(SARA)).isEqualTo(Words.NONE);
    }

    private List<String> texts(String sql) {
        return database.database().inTenant("default", handle -> {
            return handle.createQuery(sql).mapTo(String.class).list();
        });
    }
}
