package io.bulwark.perception.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.imaging.SamplingKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AuditSampleTest {

    private static final List<String> FILES =
            IntStream.range(0, 4000).mapToObj(i -> "file " + i).toList();

    private final AuditSample tenth = new AuditSample(0.1, SamplingKey.publicKey());

    @Test
    void a_share_of_the_files_is_drawn_and_the_key_says_which() {
        AuditSample others =
                new AuditSample(0.1, SamplingKey.of("a deployment's own".getBytes(StandardCharsets.US_ASCII)));

        assertThat(share(FILES.stream().filter(tenth::draws).count())).isCloseTo(0.1, within(0.02));
        assertThat(share(FILES.stream()
                        .filter(tenth::draws)
                        .filter(others::draws)
                        .count()))
                .isCloseTo(0.01, within(0.01));
    }

    /** Else what the twin sees would be all of the sample, or none of it. */
    @Test
    void the_twins_draw_tells_nothing_of_it() {
        long both = FILES.stream()
                .filter(tenth::draws)
                .filter(file -> tenth.key()
                                .draws(("twin:" + file).getBytes(StandardCharsets.US_ASCII))
                                .next()
                        < 0.1)
                .count();

        assertThat(share(both)).isCloseTo(0.01, within(0.01));
    }

    @Test
    void none_and_all_are_shares_too() {
        assertThat(FILES).noneMatch(AuditSample.none()::draws);
        assertThat(FILES).allMatch(new AuditSample(1, SamplingKey.publicKey())::draws);
        assertThatThrownBy(() -> new AuditSample(1.5, SamplingKey.publicKey()))
                .hasMessageContaining("bulwark.audit.sample is 1.5");
    }

    private static double share(long drawn) {
        return drawn / (double) FILES.size();
    }
}
