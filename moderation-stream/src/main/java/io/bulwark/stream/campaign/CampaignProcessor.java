package io.bulwark.stream.campaign;

import io.bulwark.events.AttackCampaign;
import io.bulwark.events.Review;
import io.bulwark.stream.intake.TopologyEvents;
import io.bulwark.stream.state.StoreKey;
import io.bulwark.stream.state.StoreNames;
import io.bulwark.stream.state.TaskClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Keeps the campaigns of tenants in memory and in its stores. Each change is stored with its record. The campaigns as others
 * read them follow: what opens, merges, ends or is ruled on at once, what only grows with the next beat. All that is said of
 * one tenant comes to the same task. One stream thread calls.
 */
public final class CampaignProcessor extends ContextualProcessor<String, CampaignChange, String, CampaignOutput> {

    private static final Duration BEAT = Duration.ofSeconds(1);
    private static final Duration EXPIRE_EVERY = Duration.ofMinutes(1);

    private final CampaignSettings settings;
    private final TopologyEvents events;
    private final TaskClock.Source clocks;
    private TaskClock clock;
    private final Map<String, CampaignIndex> indexes = new HashMap<>();
    private final Map<String, Set<String>> toTell = new HashMap<>();
    private KeyValueStore<String, Placed> attempts;
    private KeyValueStore<String, Campaign> counts;
    private KeyValueStore<String, AttackCampaign> campaigns;

    public CampaignProcessor(CampaignSettings settings, TopologyEvents events, TaskClock.Source clocks) {
        this.settings = settings;
        this.events = events;
        this.clocks = clocks;
    }

    @Override
    public void init(ProcessorContext<String, CampaignOutput> context) {
        super.init(context);
        attempts = context.getStateStore(StoreNames.CAMPAIGN_ATTEMPTS);
        counts = context.getStateStore(StoreNames.CAMPAIGN_COUNTS);
        campaigns = context.getStateStore(StoreNames.CAMPAIGNS);
        indexes.clear(); // after a task was revived they hold what its stores gave up
        toTell.clear();
        try (KeyValueIterator<String, Campaign> stored = counts.all()) {
            stored.forEachRemaining(entry -> {
                String tenant = StoreKey.parts(entry.key).tenant();
                index(tenant).restore(entry.value);
                toTell.computeIfAbsent(tenant, each -> new TreeSet<>()).add(entry.value.id);
            });
        }
        try (KeyValueIterator<String, Placed> stored = attempts.all()) {
            stored.forEachRemaining(
                    entry -> index(StoreKey.parts(entry.key).tenant()).restore(entry.value));
        }
        indexes.values().forEach(CampaignIndex::drain);
        clock = clocks.clock(context.taskId() + " campaigns", context.currentSystemTimeMs());
        report();
        context.schedule(BEAT, PunctuationType.WALL_CLOCK_TIME, now -> beat());
        context.schedule(
                EXPIRE_EVERY,
                PunctuationType.WALL_CLOCK_TIME,
                wall -> clock.look(wall).ifPresent(this::expire));
    }

    @Override
    public void process(Record<String, CampaignChange> record) {
        clock.saw(record.timestamp());
        CampaignChange change = record.value();
        CampaignIndex index = index(change.tenant());
        List<Review> reviews = List.of();
        if (change instanceof CampaignChange.Tried tried) {
            index.tried(tried.attempt(), tried.anchors());
        } else if (change instanceof CampaignChange.Settled settled) {
            index.settled(settled);
        } else if (change instanceof CampaignChange.Forget forget) {
            index.forget(forget.imageId());
        } else if (change instanceof CampaignChange.Ruled ruled) {
            reviews = index.ruled(ruled.ruling());
        }
        store(change.tenant(), index);
        reviews.forEach(review -> send(review.getImageId(), new CampaignOutput.Reviewed(review)));
        report();
    }

    @Override
    public void close() {
        events.campaigns(context().taskId().partition(), 0);
        clock.close();
    }

    private void expire(Instant now) {
        indexes.forEach((tenant, index) -> {
            index.expire(now);
            store(tenant, index);
        });
        report();
    }

    private void store(String tenant, CampaignIndex index) {
        CampaignChanges changes = index.drain();
        for (Attempt.Id id : changes.attempts) {
            attempts.put(
                    StoreKey.attempt(tenant, id.imageId(), id.content()),
                    index.place(id).orElse(null));
        }
        Set<String> waiting = toTell.computeIfAbsent(tenant, each -> new TreeSet<>());
        for (String id : changes.campaigns) {
            counts.put(StoreKey.image(tenant, id), index.campaign(id).orElse(null));
            waiting.add(id);
        }
        changes.told.forEach(id -> {
            waiting.remove(id);
            tell(tenant, index, id);
        });
        for (int i = 0; i < changes.opened; i++) {
            events.campaignOpened();
        }
        for (int i = 0; i < changes.merged; i++) {
            events.campaignsMerged();
        }
        for (int i = 0; i < changes.closed; i++) {
            events.campaignClosed();
        }
        for (int i = 0; i < changes.hot; i++) {
            events.campaignAnchorHot();
        }
    }

    private void beat() {
        toTell.forEach((tenant, ids) -> ids.forEach(id -> tell(tenant, index(tenant), id)));
        toTell.clear();
    }

    private void tell(String tenant, CampaignIndex index, String id) {
        Optional<AttackCampaign> campaign = index.record(id);
        campaigns.put(StoreKey.image(tenant, id), campaign.orElse(null));
        send(id, new CampaignOutput.Told(campaign.orElse(null)));
    }

    private void send(String key, CampaignOutput output) {
        context().forward(new Record<>(key, output, clock.stamp()));
    }

    private CampaignIndex index(String tenant) {
        return indexes.computeIfAbsent(tenant, each -> new CampaignIndex(tenant, settings));
    }

    private void report() {
        events.campaigns(
                context().taskId().partition(),
                indexes.values().stream().mapToLong(CampaignIndex::open).sum());
    }
}
