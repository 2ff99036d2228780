package io.bulwark.stream.topology;

import io.bulwark.events.AttackCampaign;
import io.bulwark.events.CampaignRuling;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Review;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.audit.AuditsByImage.AuditMove;
import io.bulwark.stream.campaign.CampaignChange;
import io.bulwark.stream.campaign.CampaignChange.AuditReader;
import io.bulwark.stream.campaign.CampaignProcessor;
import io.bulwark.stream.campaign.CampaignProcessor.Output;
import io.bulwark.stream.decision.DecisionProcessor.Consequence;
import io.bulwark.stream.decision.Precedence;
import io.bulwark.stream.state.ClockedProcessor.TaskClock;
import io.bulwark.stream.state.SourceReader.Reading;
import io.bulwark.stream.state.StoreNames;
import io.bulwark.stream.state.TopologyEvents;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;

/** From audits, people's decisions and rulings to campaigns. */
record CampaignFlow(
        ModerationTopology.Settings settings, TopologyEvents events, TaskClock.Source clocks, EventSerdes serdes) {

    void add(
            KStream<byte[], AuditMove> audits,
            KStream<byte[], Consequence.InForce> inForce,
            ModerationTopology.Readings<CampaignRuling> rulings) {
        var reader = new AuditReader(settings.campaigns().salt());
        KStream<byte[], CampaignChange> tried = audits.flatMapValues(move -> change(reader, move), named("attempts"));
        KStream<byte[], CampaignChange> settled =
                inForce.flatMapValues(CampaignFlow::settled, named("settled-attempts"));
        KStream<byte[], CampaignChange> ruled =
                rulings.readable().flatMapValues(CampaignFlow::ruled, named("rulings-of-campaigns"));
        // apart: so the topic of rulings may have another number of partitions than those of images
        KStream<String, Output> outputs = byTenant(
                        tried.merge(settled, named("attempts-and-decisions")), "campaign-changes")
                .merge(byTenant(ruled, "campaign-rulings"), named("campaign-changes-and-rulings"))
                .process(
                        () -> new CampaignProcessor(settings.campaigns(), events, clocks),
                        named("campaigns"),
                        StoreNames.CAMPAIGN_ATTEMPTS,
                        StoreNames.CAMPAIGN_COUNTS,
                        StoreNames.CAMPAIGNS);
        serdes.publishNewest(
                outputs.filter((key, output) -> output instanceof Output.Told, named("told-campaigns"))
                        .mapValues(output -> ((Output.Told) output).campaign(), named("campaign-records")),
                Topics.CAMPAIGNS,
                AttackCampaign.class,
                "campaigns-sink");
        serdes.publishNewest(
                outputs.filter((key, output) -> output instanceof Output.Reviewed, named("confirmed-images"))
                        .mapValues(output -> ((Output.Reviewed) output).review(), named("campaign-reviews")),
                Topics.REVIEWS,
                Review.class,
                "reviews-sink");
    }

    private KStream<String, CampaignChange> byTenant(KStream<byte[], CampaignChange> changes, String name) {
        return changes.selectKey((none, change) -> change.tenant(), named(name + "-under-tenant"))
                .repartition(
                        Repartitioned.with(Serdes.String(), CampaignChange.serde(serdes.state(CampaignRuling.class)))
                                .withName(name)
                                .withNumberOfPartitions(settings.partitions()));
    }

    private static List<CampaignChange> change(AuditReader reader, AuditMove move) {
        return move.erased()
                ? List.of(new CampaignChange.Forget(
                        move.audit().getTenant(), move.audit().getImageId()))
                : reader.read(move.audit()).stream().toList();
    }

    /** People alone: what workers decide is in the audits. */
    private static List<CampaignChange> settled(Consequence.InForce inForce) {
        ModerationDecision decision = inForce.decision();
        return decision == null || !Precedence.isPerson(decision.getDecidedBy())
                ? List.of()
                : List.of(new CampaignChange.Settled(
                        inForce.tenant(),
                        inForce.imageId(),
                        decision.getContentSha256(),
                        decision.getUpload(),
                        decision.getDecision()));
    }

    private static List<CampaignChange> ruled(Reading.Readable<CampaignRuling> readable) {
        CampaignRuling ruling = readable.value();
        return ruling == null ? List.of() : List.of(new CampaignChange.Ruled(ruling));
    }

    private static Named named(String name) {
        return Named.as(name);
    }
}
