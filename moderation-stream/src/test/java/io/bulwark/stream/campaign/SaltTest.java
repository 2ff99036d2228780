package io.bulwark.stream.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.stream.campaign.CampaignProcessor.CampaignSalt;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SaltTest {

    private static final List<String> KEY = IntStream.range(0, 16)
            .mapToObj(band -> Integer.toHexString(band) + ":1f3a")
            .toList();

    @Test
    void aSecretChoosesHalfOfTheBandsAlwaysTheSame() {
        assertThat(salt("one").chosen(KEY)).hasSize(8).isEqualTo(salt("one").chosen(KEY));
        assertThat(salt("one").chosen(KEY)).isNotEqualTo(salt("two").chosen(KEY));
        assertThat(salt("one").chosen(List.of("no band", "", "99:0000"))).isEmpty();
    }

    @Test
    void aDigestTellsPartsApart() {
        assertThat(salt("one").digest("ab", "c"))
                .hasSize(32)
                .isNotEqualTo(salt("one").digest("a", "bc"));
    }

    private static CampaignSalt salt(String secret) {
        return new CampaignSalt(secret.getBytes());
    }
}
