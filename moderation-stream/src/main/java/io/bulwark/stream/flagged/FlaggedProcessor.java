package io.bulwark.stream.flagged;

import io.bulwark.events.FlaggedContent;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.stream.intake.TopologyEvents;
import io.bulwark.stream.state.StoreKey;
import io.bulwark.stream.state.StoreNames;
import io.bulwark.stream.state.TaskClock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Keeps the indexes of tenants in memory and in its stores, and publishes what changes in them; a null is a tombstone. All
 * that is said of one tenant comes to the same task. One stream thread calls.
 */
public final class FlaggedProcessor extends ContextualProcessor<String, FlaggedChange, String, FlaggedContent> {

    private static final Duration EXPIRE_EVERY = Duration.ofMinutes(1);

    private final FlaggedSettings settings;
    private final TopologyEvents events;
    private final TaskClock.Source clocks;
    private TaskClock clock;
    private final Map<String, FlaggedIndex> indexes = new HashMap<>();
    private KeyValueStore<String, FlaggedMember> members;
    private KeyValueStore<String, Exemption> exemptions;

    public FlaggedProcessor(FlaggedSettings settings, TopologyEvents events, TaskClock.Source clocks) {
        this.settings = settings;
        this.events = events;
        this.clocks = clocks;
    }

    @Override
    public void init(ProcessorContext<String, FlaggedContent> context) {
        super.init(context);
        members = context.getStateStore(StoreNames.FLAGGED);
        exemptions = context.getStateStore(StoreNames.EXEMPT);
        indexes.clear(); // after a task was revived they hold what its stores gave up
        var oldestFirst = new TreeSet<>(FlaggedMember.OLDER);
        try (KeyValueIterator<String, FlaggedMember> stored = members.all()) {
            stored.forEachRemaining(entry -> oldestFirst.add(entry.value));
        }
        oldestFirst.forEach(member -> index(member.tenant()).flag(member));
        try (KeyValueIterator<String, Exemption> stored = exemptions.all()) {
            stored.forEachRemaining(entry -> index(entry.value.tenant()).exempt(entry.value));
        }
        // What was read is published anew with the next change, so that a topic that was lost is made good.
        tell();
        clock = clocks.clock(context.taskId() + " flagged", context.currentSystemTimeMs());
        context.schedule(
                EXPIRE_EVERY,
                PunctuationType.WALL_CLOCK_TIME,
                wall -> clock.look(wall).ifPresent(this::expire));
    }

    @Override
    public void process(Record<String, FlaggedChange> record) {
        clock.saw(record.timestamp());
        FlaggedChange change = record.value();
        FlaggedIndex index = index(change.tenant());
        if (change instanceof FlaggedChange.Flag flag) {
            index.flag(flag.member());
        } else if (change instanceof FlaggedChange.Unflag unflag) {
            index.unflag(unflag.imageId(), unflag.contentSha256());
        } else if (change instanceof FlaggedChange.Safe safe) {
            index.safe(safe);
        } else if (change instanceof FlaggedChange.Lift lift) {
            index.lift(lift.contentSha256());
        } else if (change instanceof FlaggedChange.Forget forget) {
            index.forget(forget.imageId());
        }
        publish(change.tenant(), index);
        tell();
    }

    @Override
    public void close() {
        events.flagged(context().taskId().partition(), 0);
        clock.close();
    }

    private void expire(Instant now) {
        indexes.forEach((tenant, index) -> {
            index.expire(now);
            publish(tenant, index);
        });
        tell();
    }

    private void publish(String tenant, FlaggedIndex index) {
        FlaggedIndex.Changes changes = index.drain();
        changes.members().forEach((id, member) -> members.put(StoreKey.image(tenant, id), member.orElse(null)));
        changes.exemptions().forEach((sha256, exemption) -> {
            exemptions.put(StoreKey.image(tenant, sha256), exemption.orElse(null));
            String id = new Exemption(tenant, "", sha256, Instant.EPOCH, false).id();
            send(tenant, id, exemption.map(FlaggedProcessor::record).orElse(null));
        });
        changes.entries()
                .forEach((id, entry) ->
                        send(tenant, id, entry.map(FlaggedProcessor::record).orElse(null)));
    }

    private static FlaggedContent record(Exemption exemption) {
        return FlaggedContent.newBuilder()
                .setTenant(exemption.tenant())
                .setEntryId(exemption.id())
                .setExemptSha256(exemption.contentSha256())
                .setSince(exemption.at())
                .build();
    }

    private static FlaggedContent record(FlaggedEntry entry) {
        FlaggedMember centre = entry.centre();
        return FlaggedContent.newBuilder()
                .setTenant(centre.tenant())
                .setEntryId(entry.id())
                .setModelFingerprint(centre.modelFingerprint())
                .setEmbedding(ByteBuffer.wrap(centre.embedding()))
                .setRadius(entry.radius())
                .setLabel(centre.label().isEmpty() ? null : centre.label())
                .setConfirmed(entry.confirmed())
                .setContents(entry.contents())
                .setSince(centre.since())
                .setNewest(entry.newest())
                .build();
    }

    private void send(String tenant, String id, FlaggedContent content) {
        context().forward(new Record<>(new TenantKey(tenant, id).toString(), content, clock.stamp()));
    }

    private FlaggedIndex index(String tenant) {
        return indexes.computeIfAbsent(tenant, each -> new FlaggedIndex(settings));
    }

    private void tell() {
        events.flagged(
                context().taskId().partition(),
                indexes.values().stream().mapToLong(FlaggedIndex::size).sum());
    }
}
