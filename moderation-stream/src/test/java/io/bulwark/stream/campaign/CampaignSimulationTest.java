package io.bulwark.stream.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AnchorType;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackCampaign;
import io.bulwark.events.CampaignState;
import java.util.List;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An attack among what people do: one campaign within 100 queries, and no burst becomes one, in order, shuffled, and with an
 * instance that dies halfway.
 *
 * <p>All 1,000 queries and 20,000 benign uploads, with further seeds: {@code mvn -pl moderation-stream -am test
 * -Dtest=CampaignSimulationTest -Dsurefire.failIfNoSpecifiedTests=false -Dbulwark.campaigns.seeds=20}.
 */
class CampaignSimulationTest {

    private static final Logger LOG = Logger.getLogger(CampaignSimulationTest.class.getName());
    private static final int WITHIN = 100;

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void anAttackIsOneCampaignAndNoBurstIs(long seed) {
        holds(seed, 200, 2_000);
    }

    /** As many seeds as a command asks for; nothing in the build. */
    @Test
    void whatIsAskedForByACommandHolds() {
        for (long seed = 1; seed <= Long.getLong("bulwark.campaigns.seeds", 0); seed++) {
            holds(seed, 1_000, 20_000);
        }
    }

    private static void holds(long seed, int queries, int benign) {
        var traffic = new Traffic(seed).attack(queries, 20).benign(benign);
        Run inOrder = run(traffic.inOrder(), false);
        Run shuffled = run(traffic.shuffledWithinAMinute(), false);
        Run restored = run(traffic.shuffledWithinAMinute(), true);
        LOG.info(() -> "seed " + seed + ", " + queries + " queries among " + benign + ": a campaign after "
                + inOrder.noticedAfter() + " queries, shuffled " + shuffled.noticedAfter() + ", restored "
                + restored.noticedAfter() + "; other campaigns "
                + (inOrder.campaigns().size() - 1));

        assertThat(inOrder.campaigns()).as("seed " + seed).hasSize(1);
        AttackCampaign campaign = inOrder.campaigns().get(0);
        assertThat(campaign.getState()).isEqualTo(CampaignState.OPEN);
        assertThat(campaign.getAnchor().getId()).isEqualTo(Traffic.ATTACKED);
        assertThat(campaign.getUploaders()).hasSize(20).allMatch(name -> name.startsWith("attacker-"));
        assertThat(campaign.getImages()).isEqualTo(queries);
        assertThat(List.of(inOrder, shuffled, restored))
                .allSatisfy(run -> assertThat(run.noticedAfter()).isLessThanOrEqualTo(WITHIN));
        assertThat(shuffled.campaigns()).as("shuffled").isEqualTo(inOrder.campaigns());
        assertThat(restored.campaigns()).as("restored").isEqualTo(inOrder.campaigns());
    }

    @Test
    void anAttackOnUnflaggedContentIsOneCampaignByItsBands() {
        Run run = run(new Traffic(4).unflagged(300, 20).benign(2_000).shuffledWithinAMinute(), true);

        assertThat(run.campaigns()).singleElement().satisfies(campaign -> {
            assertThat(campaign.getAnchor().getType()).isEqualTo(AnchorType.PERCEPTUAL_BAND);
            assertThat(campaign.getUploaders()).hasSize(20).allMatch(name -> name.startsWith("attacker-"));
            assertThat(campaign.getImages()).isGreaterThan(250);
        });
        assertThat(run.noticedAfter()).isLessThanOrEqualTo(2 * WITHIN);
    }

    private static Run run(List<AttackAudit> audits, boolean dies) {
        var rig = new CampaignRig();
        int queries = 0;
        int noticedAfter = Integer.MAX_VALUE;
        for (int i = 0; i < audits.size(); i++) {
            rig.send(audits.get(i));
            queries += audits.get(i).getUploaderId().startsWith("attacker-") ? 1 : 0;
            if (noticedAfter == Integer.MAX_VALUE && rig.reports.containsKey("CAMPAIGN_OPENED")) {
                noticedAfter = queries;
            }
            if (dies && i % (audits.size() / 7) == 0) {
                rig.restart();
            }
        }
        return new Run(List.copyOf(rig.campaigns().values()), noticedAfter);
    }

    /** @param noticedAfter queries of the attack that were sent when the first campaign opened */
    private record Run(List<AttackCampaign> campaigns, int noticedAfter) {}
}
