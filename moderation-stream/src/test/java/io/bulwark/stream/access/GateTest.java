package io.bulwark.stream.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateTest {

    @ParameterizedTest
    @CsvSource({
        "/api/verdicts/a%2Fb, /api/v1/verdicts/a%2Fb",
        "/api/verdicts?limit=3, /api/v1/verdicts?limit=3",
        "/api/feed, /api/v1/feed",
        "/api/uploaders/u/audits, /api/v1/uploaders/u/audits",
        "/api/v1/verdicts/i, /api/v1/verdicts/i",
        "/api/v1/verdicts/api/verdicts/, /api/v1/verdicts/api/verdicts/",
        "/api/verdictsX, /api/verdictsX",
        "/api/openapi, /api/openapi",
        "/, /",
    })
    void anOldAddressLeadsToTodaysAndNoOtherDoes(String asked, String today) {
        assertThat(Gate.today(asked)).isEqualTo(today);
    }
}
