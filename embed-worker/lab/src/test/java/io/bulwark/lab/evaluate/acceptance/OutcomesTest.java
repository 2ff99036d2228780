package io.bulwark.lab.evaluate.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.bulwark.cli.report.Proportion;
import io.bulwark.lab.evaluate.acceptance.Judged.Decision;
import io.bulwark.lab.evaluate.acceptance.Judged.Outcomes;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomesTest {

    @Test
    void everyDecisionIsCountedAndSoAreDecidingLabelsAndReasons() {
        Outcomes outcomes = Outcomes.of(List.of(
                MadeUp.nsfw("weapons"),
                MadeUp.nsfw("axes"),
                MadeUp.nsfw("weapons"),
                MadeUp.review("UNFAMILIAR"),
                MadeUp.safe()));

        assertThat(outcomes.files()).isEqualTo(5);
        assertThat(outcomes.decisions())
                .containsExactly(
                        entry(Decision.NSFW, 3),
                        entry(Decision.REVIEW, 1),
                        entry(Decision.REFUSED, 0),
                        entry(Decision.SAFE, 1));
        assertThat(outcomes.decidingLabels()).containsExactly(entry("axes", 1), entry("weapons", 2));
        assertThat(outcomes.reasons()).containsExactly(entry("UNFAMILIAR", 1));
    }

    @Test
    void aShareIsOverFilesAndNoneWithoutFiles() {
        assertThat(MadeUp.outcomes(8, 1, 0, 1).share(Decision.NSFW)).contains(Proportion.of(8, 10));
        assertThat(Outcomes.of(List.of()).share(Decision.NSFW)).isEmpty();
    }
}
