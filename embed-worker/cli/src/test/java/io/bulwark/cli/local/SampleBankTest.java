package io.bulwark.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.local.LocalCommand.SampleBank;
import io.bulwark.cli.options.BankModelOptions.ModelChoice;
import io.bulwark.perception.model.ModelPackage;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SampleBankTest {

    /** In another precision than its own the worker would find no bank, and never be ready. */
    @Test
    void a_worker_without_settings_finds_references_of_its_default_model_in_its_default_precision() {
        assertThat(SampleBank.models(Map.of()))
                .containsExactly(new ModelChoice(ModelPackage.DEFAULT, "fp32", false, "bulwark.model"));
    }

    @Test
    void a_twin_has_references_of_its_own_in_the_encoders_precision_unless_it_has_one_itself() {
        assertThat(SampleBank.models(
                        Map.of("bulwark.twin.model", "classpath:clean", "bulwark.encoder.precision", "bf16")))
                .containsExactly(
                        new ModelChoice(ModelPackage.DEFAULT, "bf16", false, "bulwark.model"),
                        new ModelChoice("classpath:clean", "bf16", false, "bulwark.twin.model"));
        assertThat(SampleBank.models(Map.of(
                        "bulwark.model", "robust",
                        "bulwark.twin.model", "classpath:clean",
                        "bulwark.twin.precision", "fp16",
                        "bulwark.decode.fast", "true")))
                .containsExactly(
                        new ModelChoice("robust", "fp32", true, "bulwark.model"),
                        new ModelChoice("classpath:clean", "fp16", true, "bulwark.twin.model"));
    }
}
