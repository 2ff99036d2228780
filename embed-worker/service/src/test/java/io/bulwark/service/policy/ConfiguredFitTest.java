package io.bulwark.service.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfiguredFitTest {

    private static final MadeFor WORKER = new MadeFor("demo", "model-1", "views-1");
    private static final String COMMAND = "bulwark bank calibrate --bank demo";

    @Test
    void a_policy_that_was_never_calibrated_is_answered_with_the_command_that_does_it() {
        assertThat(complaint(null))
                .hasValueSatisfying(why -> assertThat(why)
                        .contains("bulwark.policy.made-for is not set")
                        .contains(COMMAND));
    }

    @Test
    void one_made_for_the_worker_s_bank_model_and_views_fits() {
        assertThat(complaint(WORKER.toString())).isEmpty();
    }

    @Test
    void one_made_for_something_else_is_told_what_differs() {
        assertThat(complaint("other/model-2/views-1"))
                .hasValueSatisfying(why -> assertThat(why)
                        .contains("the bank other, the worker has demo")
                        .contains("the model model-2, the worker has model-1")
                        .doesNotContain("views-1")
                        .contains(COMMAND));
    }

    @Test
    void what_is_no_such_value_is_named_with_what_is_allowed() {
        assertThat(complaint("demo")).hasValueSatisfying(why -> assertThat(why).contains("bank/model/views"));
    }

    @Test
    void who_answers_for_the_numbers_may_say_so() {
        assertThat(complaint("any")).isEmpty();
    }

    private static Optional<String> complaint(String madeFor) {
        return new ConfiguredFit(Optional.ofNullable(madeFor), WORKER, COMMAND).complaint();
    }
}
