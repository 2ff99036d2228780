package io.bulwark.cli.audit;

import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.LatestRecords;
import io.bulwark.events.AttackCampaign;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A campaign as it stands now.
 *
 * @param images that its record names
 * @param accounts that its record names
 */
record CampaignRow(
        String id, String kind, String state, String severity, int images, int accounts, Instant since, Instant until) {

    /** Campaigns under way in a period, the most images first. */
    static List<CampaignRow> of(Broker broker, Period period) {
        List<CampaignRow> rows = new ArrayList<>();
        try (EventDecoder<AttackCampaign> decoder =
                new EventDecoder<>(AttackCampaign.class, broker.clientSettings(Map.of()))) {
            for (byte[] value : LatestRecords.of(broker, Topics.CAMPAIGNS).values()) {
                if (decoder.decode(broker.topic(Topics.CAMPAIGNS), value)
                                instanceof DecodedEvent.Event<AttackCampaign> event
                        && event.value().getWindowStart().isBefore(period.until())
                        && !event.value().getWindowEnd().isBefore(period.since())) {
                    rows.add(of(event.value()));
                }
            }
        }
        rows.sort(Comparator.comparing((CampaignRow row) -> -row.images()).thenComparing(CampaignRow::id));
        return rows;
    }

    private static CampaignRow of(AttackCampaign campaign) {
        return new CampaignRow(
                campaign.getCampaignId(),
                campaign.getKind().name(),
                campaign.getState().name(),
                campaign.getSeverity().name(),
                campaign.getMembers().size(),
                campaign.getUploaders().size(),
                campaign.getWindowStart(),
                campaign.getWindowEnd());
    }
}
