package io.bulwark.cli.keep;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.keep.KeptTopics.KeptRecord;
import io.bulwark.events.AttackCampaign;
import io.bulwark.events.AttackKind;
import io.bulwark.events.CampaignState;
import io.bulwark.events.Severity;
import io.bulwark.schemas.topic.Topics;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptRecordTest {

    @Test
    void aCampaignIsAboutTheImagesAndUploadersThatItLists() {
        var campaign = AttackCampaign.newBuilder()
                .setCampaignId("c")
                .setTenant("acme")
                .setKind(AttackKind.PROBING)
                .setState(CampaignState.OPEN)
                .setSeverity(Severity.LOW)
                .setMembers(List.of("i1", "i2"))
                .setUploaders(List.of("u1"))
                .setWindowStart(Instant.EPOCH)
                .setWindowEnd(Instant.EPOCH)
                .build();
        var record = new KeptRecord(Topics.CAMPAIGNS, 0, 0, "c", campaign, Instant.EPOCH, true);

        assertThat(record.isOfImage("acme", "i2")).isTrue();
        assertThat(record.isOfUploader("acme", "u1")).isTrue();
        assertThat(record.isOfImage("acme", "i3")).isFalse();
        assertThat(record.isOfImage("other", "i2")).isFalse();
        assertThat(record.isOfUploader("other", "u1")).isFalse();
    }
}
