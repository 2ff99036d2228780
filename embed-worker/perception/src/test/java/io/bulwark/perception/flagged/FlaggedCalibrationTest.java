package io.bulwark.perception.flagged;

import static io.bulwark.perception.flagged.FlaggedIndexTest.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class FlaggedCalibrationTest {

    @Test
    void a_file_is_as_far_as_its_nearest_view_from_a_content() {
        assertThat(FlaggedCalibration.distance(List.of(at(1), at(0.5)), List.of(at(0), at(-1))))
                .isBetween(0.4999, 0.5001);
    }

    /** For 500 files, a rate of 1 % and a confidence of 95 % one may be held back. */
    @Test
    void no_more_files_are_held_back_than_the_promise_allows() {
        double[] distances = DoubleStream.iterate(0.2, distance -> distance + 0.001)
                .limit(500)
                .toArray();
        FlaggedCalibration found = FlaggedCalibration.of(distances, 3, 0.01, 0.05);

        assertThat(found.allowed()).isEqualTo(1);
        assertThat(found.held()).isEqualTo(1);
        assertThat(Math.acos(found.similarity())).isBetween(0.2, 0.201 + 1e-9);
    }

    @Test
    void files_that_are_all_far_leave_the_widest_bound() {
        double[] far = DoubleStream.generate(() -> 2).limit(300).toArray();

        assertThat(FlaggedCalibration.of(far, 1, 0.01, 0.05).similarity()).isBetween(0.0, 0.001);
    }

    @Test
    void too_few_files_and_files_among_the_flagged_ones_are_refused() {
        assertThatThrownBy(() -> FlaggedCalibration.of(new double[298], 1, 0.01, 0.05))
                .hasMessageContaining("298", "299");
        double[] copies = DoubleStream.generate(() -> 0.05).limit(300).toArray();
        assertThatThrownBy(() -> FlaggedCalibration.of(copies, 1, 0.01, 0.05)).hasMessageContaining("copies");
    }

    /** Over many draws of files the true rate is above the promised one at most as often as the promise may fail. */
    @Test
    void the_promise_is_kept() {
        Random random = new Random(7);
        int broken = 0;
        int draws = 400;
        for (int draw = 0; draw < draws; draw++) {
            double[] distances = random.doubles(299).map(each -> 0.2 + each).toArray();
            double similarity = FlaggedCalibration.of(distances, 1, 0.01, 0.05).similarity();
            broken += Math.acos(similarity) - 0.2 > 0.01 ? 1 : 0;
        }
        assertThat(broken).isLessThanOrEqualTo((int) (draws * 0.05 + 3 * Math.sqrt(draws * 0.05 * 0.95)));
    }
}
