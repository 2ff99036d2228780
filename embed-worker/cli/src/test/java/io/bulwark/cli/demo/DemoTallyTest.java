package io.bulwark.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.demo.DemoRun.DemoTally;
import io.bulwark.cli.demo.SampleAttacker.Sample;
import io.bulwark.events.Decision;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.testing.SampleEvents;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTallyTest {

    private static final Sample SWORD = new Sample(Path.of("weapons/sword.png"), "weapons", Decision.NSFW);
    private static final Sample CAT = new Sample(Path.of("safe/cat.png"), "safe", Decision.SAFE);

    @TempDir
    Path folder;

    @Test
    void a_review_is_no_right_answer_and_a_refusal_is_counted() {
        DemoTally tally = DemoTally.ofSent(4)
                .plus(SWORD, verdict(Decision.NSFW))
                .plus(CAT, verdict(Decision.SAFE))
                .plus(CAT, verdict(Decision.REVIEW))
                .plus(SWORD, verdict(Decision.REFUSED))
                .withAudits(2);

        assertThat(tally.text()).isEqualTo("verdicts=4 correct=2 refused=1 audits=2");
        assertThat(tally.accuracy()).isEqualTo(0.5);
        assertThat(tally.holds()).isFalse();
    }

    @Test
    void four_right_answers_of_five_are_enough() {
        DemoTally tally = DemoTally.ofSent(5).plus(CAT, verdict(Decision.NSFW));
        for (int i = 0; i < 4; i++) {
            tally = tally.plus(SWORD, verdict(Decision.NSFW));
        }

        assertThat(tally.holds()).isTrue();
    }

    @Test
    void a_sample_without_a_verdict_is_a_failure_however_right_the_rest_is() {
        assertThat(DemoTally.ofSent(2).plus(CAT, verdict(Decision.SAFE)).holds())
                .isFalse();
    }

    @Test
    void nothing_sent_is_no_success() {
        assertThat(DemoTally.ofSent(0).holds()).isFalse();
    }

    @Test
    void a_folder_s_name_is_the_label_and_flagged_labels_are_expected_to_be_nsfw() throws Exception {
        for (String file : List.of("weapons/sword.png", "animals/cat.png")) {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.createFile(folder.resolve(file));
        }

        List<Sample> samples = Sample.under(folder, Set.of("weapons", "alcohol"));

        assertThat(samples)
                .extracting(Sample::name, Sample::expected)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("animals/cat.png", Decision.SAFE),
                        org.assertj.core.groups.Tuple.tuple("weapons/sword.png", Decision.NSFW));
    }

    private static Verdict verdict(Decision decision) {
        return SampleEvents.verdictOn("image-1", decision)
                .setScore(0.5)
                .setMargin(0)
                .build();
    }
}
