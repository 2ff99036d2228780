package io.bulwark.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.demo.SampleAttacker.TwinSettings;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TwinSettingsTest {

    @Test
    void without_a_model_there_is_no_twin() {
        assertThat(TwinSettings.of(Map.of("bulwark.twin.threshold", "0.2"))).isEmpty();
    }

    @Test
    void the_twin_decides_by_its_own_numbers_and_by_the_policy_s_where_it_has_none() {
        TwinSettings twin = TwinSettings.of(Map.of(
                        "bulwark.twin.model", "classpath:clean",
                        "bulwark.twin.temperature", "0.012",
                        "bulwark.twin.flag", "0.8",
                        "bulwark.policy.temperature", "0.05",
                        "bulwark.policy.safe", "0.3",
                        "bulwark.policy.k", "7",
                        "bulwark.policy.flagged-labels", "weapons, alcohol",
                        "bulwark.policy.unfamiliar", "head"))
                .orElseThrow();

        assertThat(twin.model()).isEqualTo("classpath:clean");
        assertThat(twin.policy().temperature()).isEqualTo(0.012);
        assertThat(twin.policy().thresholds()).isEqualTo(new Thresholds(0.8, 0.3));
        assertThat(twin.policy().floor()).isEqualTo(PolicySettings.DEFAULT_FLOOR);
        assertThat(twin.policy().k()).isEqualTo(7);
        assertThat(twin.policy().flaggedLabels()).isEqualTo(Set.of("weapons", "alcohol"));
        assertThat(twin.policy().unfamiliar()).isEqualTo(Unfamiliar.HEAD);
    }
}
