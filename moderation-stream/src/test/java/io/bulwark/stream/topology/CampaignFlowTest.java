package io.bulwark.stream.topology;

import static io.bulwark.stream.testing.Samples.NOON;
import static io.bulwark.stream.testing.Samples.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackCampaign;
import io.bulwark.events.CampaignRuling;
import io.bulwark.events.CampaignState;
import io.bulwark.events.Decision;
import io.bulwark.events.Erasure;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Review;
import io.bulwark.events.Ruling;
import io.bulwark.events.Subject;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.campaign.CampaignProcessor;
import io.bulwark.stream.campaign.CampaignProcessor.CampaignSalt;
import io.bulwark.stream.campaign.Traffic;
import io.bulwark.stream.state.StoreNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From audits to campaigns and from a ruling to decisions, on the whole topology. */
class CampaignFlowTest {

    /** The driver commits after every record, which takes long. */
    private static final int QUERIES = 10;

    private static final List<AttackAudit> ATTACK =
            new Traffic(11).attack(QUERIES, 1).inOrder();
    private static final AttackAudit FIRST = ATTACK.get(0);

    @TempDir
    private Path state;

    @AutoClose
    private TopologyRig rig;

    private AttackCampaign open;

    @BeforeEach
    void attack() {
        ModerationTopology.Settings all = TopologyRig.SETTINGS;
        rig = new TopologyRig(
                state,
                new ModerationTopology.Settings(
                        all.decisions(),
                        all.uploaders(),
                        all.auditRetention(),
                        all.flagged(),
                        new CampaignProcessor.Settings(
                                true,
                                10,
                                5,
                                Duration.ofHours(24),
                                TopologyRig.RETENTION,
                                new CampaignSalt(new byte[16])),
                        all.partitions()));
        rig.send(verdict(FIRST.getImageId())
                .setTenant(Traffic.TENANT)
                .setUploaderId(FIRST.getUploaderId())
                .setDecision(Decision.REVIEW)
                .setContentSha256(FIRST.getContentSha256())
                .setUpload(FIRST.getUpload()));
        ATTACK.forEach(rig::sendNewest);
        open = last();
    }

    /** As the topic has it after the next beat. */
    private AttackCampaign last() {
        rig.advance(Duration.ofSeconds(1));
        List<KeyValue<String, AttackCampaign>> told = rig.campaigns();
        return told.get(told.size() - 1).value;
    }

    /** Also where the ruling is later, and where it overtakes what the person said of the image. */
    @Test
    void aPersonsWordOnAnImageHoldsWhateverBecomesOfItsCampaign() {
        AttackAudit second = ATTACK.get(1);
        rig.send(verdict(second.getImageId())
                .setTenant(Traffic.TENANT)
                .setUploaderId(second.getUploaderId())
                .setDecision(Decision.REVIEW)
                .setContentSha256(second.getContentSha256())
                .setUpload(second.getUpload()));
        rig.send(safe(FIRST));
        rig.sendNewest(AttackAudit.newBuilder(FIRST)
                .setDetectedAt(NOON.plus(Duration.ofMinutes(90)))
                .build());
        assertThat(last().getMembers()).as("its next audit makes it one again").contains(FIRST.getImageId());
        confirm();
        rig.send(safe(second));

        assertThat(rig.inForce(Traffic.TENANT, FIRST.getImageId()).getDecision())
                .isEqualTo(Decision.SAFE);
        assertThat(rig.inForce(Traffic.TENANT, second.getImageId()).getDecision())
                .isEqualTo(Decision.SAFE);
    }

    /** Else the topic of rulings would need as many partitions as those of images. */
    @Test
    void rulingsAreReadApartFromWhatIsReadByImage() {
        assertThat(new ModerationTopology(TopologyRig.SETTINGS, rig, Optional::empty, Map.of())
                        .build()
                        .describe()
                        .subtopologies())
                .filteredOn(part -> part.toString().contains("topics: [" + Topics.CAMPAIGN_RULINGS.topicName() + "]"))
                .singleElement()
                .satisfies(part -> assertThat(part.toString()).doesNotContain(Topics.VERDICTS.topicName()));
    }

    private static Review safe(AttackAudit of) {
        return Review.newBuilder()
                .setTenant(Traffic.TENANT)
                .setImageId(of.getImageId())
                .setReviewer("ana")
                .setDecision(Decision.SAFE)
                .setContentSha256(of.getContentSha256())
                .setUpload(of.getUpload())
                .setDecisionId(UUID.randomUUID().toString())
                .setAt(NOON.plus(Duration.ofHours(1)))
                .build();
    }

    private void confirm() {
        rig.send(CampaignRuling.newBuilder()
                .setRulingId(UUID.randomUUID().toString())
                .setTenant(Traffic.TENANT)
                .setCampaignId(open.getCampaignId())
                .setRuling(Ruling.CONFIRM)
                .setBy("sam")
                .setAt(NOON.plus(Duration.ofHours(2)))
                .build());
    }

    @Test
    void anAttackIsReportedAConfirmationMakesItsImagesNsfwAndAnErasureTakesOneFromIt() {
        assertThat(open.getState()).isEqualTo(CampaignState.OPEN);
        assertThat(open.getTenant()).isEqualTo(Traffic.TENANT);
        assertThat(open.getImages()).isEqualTo(QUERIES);
        assertThat(open.getMembers()).startsWith(FIRST.getImageId());
        assertThat(rig.<AttackCampaign>all(StoreNames.CAMPAIGNS).values()).containsExactly(open);
        assertThat(rig.reports).filteredOn("campaign opened"::equals).hasSize(1);
        assertThat(rig.campaignsOpen).isOne();

        rig.decided();
        confirm();

        ModerationDecision decision = rig.inForce(Traffic.TENANT, FIRST.getImageId());
        assertThat(decision.getDecision()).isEqualTo(Decision.NSFW);
        assertThat(decision.getDecidedBy().getId()).isEqualTo("sam");
        assertThat(decision.getLabels()).containsExactly("nsfw");
        AttackCampaign confirmed = last();
        assertThat(confirmed.getState()).isEqualTo(CampaignState.CONFIRMED);
        assertThat(confirmed.getAttempts().get(0).getDecision())
                .as("what a person decided since")
                .isEqualTo(Decision.NSFW);

        rig.send(Erasure.newBuilder()
                .setTenant(Traffic.TENANT)
                .setSubject(Subject.IMAGE)
                .setId(FIRST.getImageId())
                .setBy("kim")
                .setReason("asked for")
                .setAt(NOON.plus(Duration.ofHours(3)))
                .build());

        assertThat(last().getMembers()).doesNotContain(FIRST.getImageId());
        assertThat(rig.all(StoreNames.CAMPAIGN_ATTEMPTS).keySet())
                .hasSize(QUERIES - 1)
                .noneMatch(key -> key.contains(FIRST.getImageId()));
    }
}
