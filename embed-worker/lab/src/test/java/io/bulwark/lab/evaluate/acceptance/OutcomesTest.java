package io.bulwark.lab.evaluate.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.bulwark.cli.report.Share;
import io.bulwark.cli.report.Share.Proportion;
import io.bulwark.lab.evaluate.acceptance.AcceptanceSplit.LabelledFile;
import io.bulwark.lab.evaluate.acceptance.Judged.Decision;
import io.bulwark.lab.evaluate.acceptance.Judged.Outcomes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    @Test
    void filesOfOneContributorStandAndFallTogether() {
        List<LabelledFile> alone = new ArrayList<>();
        List<LabelledFile> together = new ArrayList<>();
        List<Judged> judged = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Path file = Path.of(i + ".jpg");
            alone.add(new LabelledFile(file, "weapons", true, "hash " + i));
            together.add(new LabelledFile(file, "weapons", true, "hash " + i, Optional.of("contributor " + i / 10)));
            judged.add(i < 30 ? MadeUp.nsfw("weapons") : MadeUp.safe());
        }
        Share ofFiles = Outcomes.of(alone, judged).share(Decision.NSFW).orElseThrow();
        Share ofContributors =
                Outcomes.of(together, judged).share(Decision.NSFW).orElseThrow();

        assertThat(ofFiles).isEqualTo(Proportion.of(30, 60));
        assertThat(ofContributors.value()).isEqualTo(0.5);
        assertThat(ofContributors.trials()).isEqualTo(60);
        assertThat(ofContributors.low()).isLessThanOrEqualTo(Proportion.of(3, 6).low());
        assertThat(ofContributors.high())
                .isGreaterThanOrEqualTo(Proportion.of(3, 6).high());
        assertThat(Outcomes.of(together.subList(0, 0), List.of()).share(Decision.NSFW))
                .isEmpty();
    }
}
