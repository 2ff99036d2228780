package io.bulwark.stream.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackCampaign;
import io.bulwark.events.Review;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventSerde;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.stream.campaign.CampaignChange.AuditReader;
import io.bulwark.stream.campaign.CampaignProcessor.CampaignSalt;
import io.bulwark.stream.state.ClockedProcessor.TaskClock;
import io.bulwark.stream.state.StoreNames;
import io.bulwark.stream.state.TopologyEvents;
import io.bulwark.stream.testing.Samples;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** The processor with stores that outlive it, as a changelog does. */
final class CampaignRig {

    static final CampaignProcessor.Settings SETTINGS = new CampaignProcessor.Settings(
            true, 40, 40, Duration.ofHours(24), Duration.ofDays(30), new CampaignSalt("a secret of tests".getBytes()));

    private static final int SCHEDULED = 2;

    /** What was reported, by its name. */
    final Map<String, Integer> reports = new HashMap<>();

    final List<Review> reviews = new ArrayList<>();

    private final Map<String, AttackCampaign> campaigns = new TreeMap<>();
    private final MockProcessorContext<String, CampaignProcessor.Output> context = new MockProcessorContext<>();
    private final TopologyEvents events = (TopologyEvents) Proxy.newProxyInstance(
            TopologyEvents.class.getClassLoader(), new Class<?>[] {TopologyEvents.class}, (self, method, args) -> {
                if (args[0] instanceof TopologyEvents.Count && (Long) args[1] > 0) {
                    reports.merge(args[0].toString(), ((Long) args[1]).intValue(), Integer::sum);
                }
                return null;
            });
    private final AuditReader reader = new AuditReader(SETTINGS.salt());
    private CampaignProcessor processor;

    CampaignRig() {
        var records = new EventSerde<>(AttackCampaign.class);
        records.configure(Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), false);
        context.setCurrentSystemTimeMs(Samples.NOON.toEpochMilli());
        context.setCurrentStreamTimeMs(Samples.NOON.toEpochMilli());
        store(StoreNames.CAMPAIGN_ATTEMPTS, AttemptPlaces.Placed.serde());
        store(StoreNames.CAMPAIGN_COUNTS, Campaign.serde());
        store(StoreNames.CAMPAIGNS, records);
        restart();
    }

    /** The processor is gone with all that it had in memory; another one begins with the stores. */
    void restart() {
        processor = new CampaignProcessor(
                SETTINGS,
                events,
                new TaskClock.Source(
                        () -> Optional.of(Instant.ofEpochMilli(context.currentSystemTimeMs())), (task, apart) -> {}));
        processor.init(context);
    }

    void send(AttackAudit audit) {
        reader.read(audit).ifPresent(this::send);
    }

    void send(CampaignChange change) {
        processor.process(new Record<>(change.tenant(), change, Samples.NOON.toEpochMilli()));
    }

    /** Lets the clock run on without a record, and what is scheduled happen. */
    void until(Instant now) {
        context.setCurrentSystemTimeMs(now.toEpochMilli());
        var scheduled = context.scheduledPunctuators();
        List.copyOf(scheduled.subList(scheduled.size() - SCHEDULED, scheduled.size())) // those before are of the dead
                .forEach(each -> each.getPunctuator().punctuate(now.toEpochMilli()));
    }

    /** What was told of campaigns, by id, after all that was sent. */
    Map<String, AttackCampaign> campaigns() {
        until(Instant.ofEpochMilli(context.currentSystemTimeMs()));
        context.forwarded().forEach(forwarded -> {
            Record<? extends String, ? extends CampaignProcessor.Output> record = forwarded.record();
            if (record.value() instanceof CampaignProcessor.Output.Reviewed reviewed) {
                reviews.add(reviewed.review());
            } else if (record.value() instanceof CampaignProcessor.Output.Told told) {
                if (told.campaign() == null) {
                    campaigns.remove(record.key());
                } else {
                    campaigns.put(record.key(), told.campaign());
                }
            }
        });
        context.resetForwards();
        return campaigns;
    }

    /** All that the counts of campaigns hold, as they lie in their store. */
    String counts() {
        KeyValueStore<String, Campaign> store = context.getStateStore(StoreNames.CAMPAIGN_COUNTS);
        var bytes = new StringBuilder();
        try (KeyValueIterator<String, Campaign> all = store.all()) {
            all.forEachRemaining(entry ->
                    bytes.append(new String(Campaign.serde().serializer().serialize("", entry.value), UTF_8)));
        }
        return bytes.toString();
    }

    private <V> void store(String name, Serde<V> values) {
        var store = Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), values)
                .withLoggingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
    }
}
