package io.bulwark.service.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.perception.bank.MatrixBank;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BankGateTest {

    private final BankShelf own = new BankShelf();
    private final BankShelf twins = new BankShelf();
    private final BankGate gate = new BankGate(own, Optional.of(twins));

    @AfterEach
    void close() {
        own.close();
        twins.close();
    }

    @Test
    void without_a_twin_the_encoder_s_bank_is_all_there_is_to_wait_for() {
        BankGate alone = new BankGate(own, Optional.empty());
        assertThat(alone.status()).isInstanceOf(BankStatus.Reading.class);

        put(own, new BankStatus.Usable("own"));

        assertThat(alone.status()).isEqualTo(new BankStatus.Usable("own"));
    }

    @Test
    void verdicts_wait_for_both_banks_and_are_told_which_is_missing() {
        put(twins, new BankStatus.Usable("twin's"));
        assertThat(gate.status()).isInstanceOf(BankStatus.Reading.class);

        put(own, new BankStatus.Usable("own"));
        put(twins, new BankStatus.Unusable("the twin's is empty"));
        assertThat(gate.status()).isEqualTo(new BankStatus.Unusable("the twin's is empty"));

        put(twins, new BankStatus.Usable("twin's"));
        assertThat(gate.status()).isEqualTo(new BankStatus.Usable("own"));
    }

    @Test
    void a_twin_that_loses_its_bank_later_keeps_no_verdict_back() {
        put(own, new BankStatus.Usable("own"));
        put(twins, new BankStatus.Usable("twin's"));
        gate.status();

        put(twins, new BankStatus.Unusable("gone"));

        assertThat(gate.status()).isEqualTo(new BankStatus.Usable("own"));
    }

    @Test
    void an_encoder_that_loses_its_bank_keeps_them_back_at_any_time() {
        put(own, new BankStatus.Usable("own"));
        put(twins, new BankStatus.Usable("twin's"));
        gate.status();

        put(own, new BankStatus.Unusable("gone"));

        assertThat(gate.status()).isEqualTo(new BankStatus.Unusable("gone"));
    }

    private static void put(BankShelf shelf, BankStatus status) {
        shelf.put(MatrixBank.of("model", List.of()), status);
    }
}
