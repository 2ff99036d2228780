package io.bulwark.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.testing.TestConfig;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PerceptionTest {

    /** By the verdict or the embedding an erasure finds which images an uploader had; the audit names nobody. */
    @ParameterizedTest
    @CsvSource({"false, true, 0.25", "false, false, 0.25", "true, true, 0.25", "true, false, 0"})
    void nothing_is_sampled_that_no_erasure_would_find(String score, String embeddings, double share) {
        Perception perception = new Perception(TestConfig.of(Map.of(
                "bulwark.audit.sample", "0.25",
                "bulwark.score.enabled", score,
                "bulwark.embeddings.publish", embeddings)));

        assertThat(perception.auditSample().share()).isEqualTo(share);
    }
}
