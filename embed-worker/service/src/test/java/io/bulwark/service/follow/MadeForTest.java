package io.bulwark.service.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.follow.MadeFor.ConfiguredFit;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MadeForTest {

    private static final MadeFor OURS = new MadeFor("default", "model", "views");

    @Test
    void settings_that_were_made_for_the_worker_or_for_which_somebody_answers_fit() {
        assertThat(complaint("default/model/views")).isEmpty();
        assertThat(complaint(" default/model/views ")).isEmpty();
        assertThat(complaint("any")).isEmpty();
    }

    @Test
    void everything_that_differs_is_named_with_the_command_that_mends_it() {
        assertThat(complaint("other/model/old-views").orElseThrow())
                .contains("the bank other, the worker has default")
                .contains("the views old-views, the worker has views")
                .doesNotContain("the model")
                .contains("`bulwark bank calibrate`");
    }

    @Test
    void settings_that_were_never_calibrated_do_not_fit() {
        assertThat(new ConfiguredFit(Optional.empty(), OURS, "bulwark bank calibrate").complaint())
                .hasValueSatisfying(complaint -> assertThat(complaint)
                        .contains("bulwark.policy.made-for is not set", "`bulwark bank calibrate`"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "default", "default/model", "default//views", "default/model/views/more"})
    void what_is_no_bank_model_and_views_is_told_with_what_is_allowed(String text) {
        assertThat(complaint(text).orElseThrow()).contains("allowed is bank/model/views");
        assertThat(MadeFor.parse(text)).isEmpty();
    }

    private static Optional<String> complaint(String madeFor) {
        return new ConfiguredFit(Optional.of(madeFor), OURS, "bulwark bank calibrate").complaint();
    }
}
