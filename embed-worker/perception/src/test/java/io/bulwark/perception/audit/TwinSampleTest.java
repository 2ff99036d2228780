package io.bulwark.perception.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.imaging.SamplingKey;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.perception.verdict.ScoredImage.Opinion;
import io.bulwark.perception.verdict.Turning;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TwinSampleTest {

    private final TwinSample tenth = new TwinSample(0.1, SamplingKey.publicKey());

    @Test
    void a_share_of_the_files_is_drawn_and_the_key_says_which() {
        TwinSample others =
                new TwinSample(0.1, SamplingKey.of("a deployment's own".getBytes(StandardCharsets.US_ASCII)));
        int drawn = 0;
        int same = 0;
        for (int i = 0; i < 2000; i++) {
            boolean wants = tenth.draws("file " + i);
            drawn += wants ? 1 : 0;
            same += wants == others.draws("file " + i) ? 1 : 0;
            assertThat(tenth.draws("file " + i)).isEqualTo(wants);
        }
        assertThat(drawn / 2000.0).isCloseTo(0.1, within(0.03));
        assertThat(same).isBetween(1500, 1800);
    }

    /** The published score of a file that is held back shows that draw. */
    @Test
    void the_draw_of_the_file_itself_does_not_tell_whether_the_twin_sees_it() {
        SamplingKey key = tenth.key();
        long both = IntStream.range(0, 2000)
                .mapToObj(i -> "file " + i)
                .filter(file -> tenth.draws(file))
                .filter(file ->
                        key.draws(file.getBytes(StandardCharsets.US_ASCII)).next() < 0.1)
                .count();
        assertThat(both / 2000.0).isCloseTo(0.01, within(0.01));
    }

    @Test
    void what_is_near_a_threshold_or_suspicious_is_wanted() {
        assertThat(tenth.wants(said(0.1), false)).isTrue();
        assertThat(tenth.wants(said(0.5), true)).isTrue();
        assertThat(tenth.wants(said(0.5), false)).isFalse();
    }

    @Test
    void all_are_all_and_none_is_no_share() {
        assertThat(TwinSample.all().isOfAll()).isTrue();
        assertThat(TwinSample.all().draws("file")).isTrue();
        assertThatThrownBy(() -> new TwinSample(0, SamplingKey.publicKey()))
                .hasMessageContaining("bulwark.twin.sample is 0.0");
    }

    private static ScoredImage said(double margin) {
        return new ScoredImage(
                new Judgement(
                        Outcome.SAFE,
                        Optional.empty(),
                        Judgement.Basis.BANK,
                        0,
                        margin,
                        List.of(0.0),
                        0,
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Turning.NONE),
                List.of(new Opinion("whole", List.of(), Map.of())),
                "policy",
                Optional.empty());
    }
}
