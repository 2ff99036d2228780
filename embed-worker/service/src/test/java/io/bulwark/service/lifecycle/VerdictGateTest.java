package io.bulwark.service.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.service.follow.BankTopic;
import io.bulwark.service.follow.PolicySnapshot;
import io.bulwark.service.follow.SnapshotHolder;
import io.bulwark.service.lifecycle.Readiness.VerdictGate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VerdictGateTest {

    private final SnapshotHolder<Bank> own = BankTopic.holder();
    private final SnapshotHolder<Bank> twins = BankTopic.holder();
    private final SnapshotHolder<PolicySnapshot> policies = PolicySnapshot.holder();
    private final VerdictGate gate =
            new VerdictGate(List.of(own::status, policies::status), Optional.of(twins::status));

    @AfterEach
    void close() {
        own.close();
        twins.close();
    }

    VerdictGateTest() {
        policies.put(PolicySnapshot.of(Map.of(), tenant -> null, Map.of()), new Readiness.Usable("policies"));
    }

    @Test
    void verdicts_wait_for_the_policies_and_are_told_what_is_wrong_with_them() {
        put(own, new Readiness.Usable("own"));
        put(twins, new Readiness.Usable("twin's"));

        policies.withdraw("calibrate again");

        assertThat(gate.status()).isEqualTo(new Readiness.Unusable("calibrate again"));
    }

    @Test
    void without_a_twin_the_encoder_s_bank_is_all_there_is_to_wait_for() {
        VerdictGate alone = new VerdictGate(List.of(own::status, policies::status), Optional.empty());
        assertThat(alone.status()).isInstanceOf(Readiness.Reading.class);

        put(own, new Readiness.Usable("own"));

        assertThat(alone.status()).isEqualTo(new Readiness.Usable("own"));
    }

    @Test
    void verdicts_wait_for_both_banks_and_are_told_which_is_missing() {
        put(twins, new Readiness.Usable("twin's"));
        assertThat(gate.status()).isInstanceOf(Readiness.Reading.class);

        put(own, new Readiness.Usable("own"));
        put(twins, new Readiness.Unusable("the twin's is empty"));
        assertThat(gate.status()).isEqualTo(new Readiness.Unusable("the twin's is empty"));

        put(twins, new Readiness.Usable("twin's"));
        assertThat(gate.status()).isEqualTo(new Readiness.Usable("own"));
    }

    @Test
    void a_twin_that_loses_its_bank_later_keeps_no_verdict_back() {
        put(own, new Readiness.Usable("own"));
        put(twins, new Readiness.Usable("twin's"));
        gate.status();

        put(twins, new Readiness.Unusable("gone"));

        assertThat(gate.status()).isEqualTo(new Readiness.Usable("own"));
    }

    @Test
    void an_encoder_that_loses_its_bank_keeps_them_back_at_any_time() {
        put(own, new Readiness.Usable("own"));
        put(twins, new Readiness.Usable("twin's"));
        gate.status();

        put(own, new Readiness.Unusable("gone"));

        assertThat(gate.status()).isEqualTo(new Readiness.Unusable("gone"));
    }

    private static void put(SnapshotHolder<Bank> shelf, Readiness status) {
        shelf.put(MatrixBank.of("model", List.of()), status);
    }
}
