package io.bulwark.lab.evaluate.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.cli.everyday.Edit;
import io.bulwark.lab.evaluate.acceptance.AcceptanceReport.ChangeSummary;
import io.bulwark.lab.evaluate.acceptance.AcceptanceReport.EditRow;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChangeSummaryTest {

    private static final EditRow AS_THEY_ARE =
            new EditRow(Optional.empty(), MadeUp.outcomes(0, 0, 0, 10), MadeUp.outcomes(10, 0, 0, 0));
    private static final EditRow FRAMED =
            new EditRow(Optional.of(Edit.FRAME), MadeUp.outcomes(2, 3, 0, 5), MadeUp.outcomes(1, 4, 0, 5));
    private static final EditRow GREY =
            new EditRow(Optional.of(Edit.GREY), MadeUp.outcomes(9, 0, 1, 0), MadeUp.outcomes(3, 0, 0, 7));

    @Test
    void theWorstOfEachIsReportedWithItsChangeAndOnlyRecallIsAMean() {
        ChangeSummary summary =
                ChangeSummary.of(List.of(AS_THEY_ARE, FRAMED, GREY)).orElseThrow();

        assertThat(summary.changes()).isEqualTo(2);
        assertThat(summary.caught()).isEqualTo(new ChangeSummary.Worst(0.5, Edit.FRAME));
        assertThat(summary.meanRecall()).isEqualTo(0.55, within(1e-9));
        assertThat(summary.falseFlags()).isEqualTo(new ChangeSummary.Worst(0.3, Edit.GREY));
        assertThat(summary.reviews()).isEqualTo(new ChangeSummary.Worst(0.4, Edit.FRAME));
    }

    @Test
    void withoutEditsOrWithoutFilesOfAKindThereIsNone() {
        EditRow flaggedAlone =
                new EditRow(Optional.of(Edit.GREY), MadeUp.outcomes(9, 0, 1, 0), MadeUp.outcomes(0, 0, 0, 0));

        assertThat(ChangeSummary.of(List.of(AS_THEY_ARE))).isEmpty();
        assertThat(ChangeSummary.of(List.of(flaggedAlone))).isEmpty();
        assertThat(ChangeSummary.of(List.of())).isEmpty();
    }
}
