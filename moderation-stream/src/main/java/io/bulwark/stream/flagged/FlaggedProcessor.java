package io.bulwark.stream.flagged;

import io.bulwark.events.FlaggedContent;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.stream.flagged.EntryMerger.FlaggedEntry;
import io.bulwark.stream.flagged.FlaggedChange.Exemption;
import io.bulwark.stream.flagged.FlaggedChange.FlaggedMember;
import io.bulwark.stream.state.ClockedProcessor;
import io.bulwark.stream.state.ClockedProcessor.TaskClock;
import io.bulwark.stream.state.StoreKey;
import io.bulwark.stream.state.StoreNames;
import io.bulwark.stream.state.TopologyEvents;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Keeps the flagged indexes of tenants in memory and in its stores, and publishes their changes; a null is a tombstone.
 * All changes of one tenant go to the same task. One stream thread calls.
 */
public final class FlaggedProcessor extends ClockedProcessor<String, FlaggedChange, String, FlaggedContent> {

    private static final Duration EXPIRE_EVERY = Duration.ofMinutes(1);

    private final Settings settings;
    private final TopologyEvents events;
    private final Map<String, FlaggedIndex> indexes = new HashMap<>();
    private KeyValueStore<String, FlaggedMember> members;
    private KeyValueStore<String, Exemption> exemptions;

    public FlaggedProcessor(Settings settings, TopologyEvents events, TaskClock.Source clocks) {
        super("flagged", clocks);
        this.settings = settings;
        this.events = events;
    }

    /**
     * Settings of the flagged index.
     *
     * @param enabled whether there is one
     * @param retention how long after its decision a content stays in it
     * @param entries contents of one tenant at most; the newest stay, and a person's before a worker's
     * @param ofUploader contents of one uploader at most that no person decided; the newest stay
     * @param embeddings how long an embedding waits for a decision that makes its image NSFW
     */
    public record Settings(boolean enabled, Duration retention, int entries, int ofUploader, Duration embeddings) {}

    @Override
    public void init(ProcessorContext<String, FlaggedContent> context) {
        super.init(context);
        members = context.getStateStore(StoreNames.FLAGGED);
        exemptions = context.getStateStore(StoreNames.EXEMPT);
        indexes.clear(); // after a task was revived they hold what its stores gave up
        all(members.all()).stream()
                .map(entry -> entry.value)
                .sorted(FlaggedMember.OLDER)
                .forEach(member -> index(member.tenant()).flag(member));
        all(exemptions.all()).forEach(entry -> index(entry.value.tenant()).exempt(entry.value));
        // Restored entries are published again with the next change, which repairs a topic that was lost.
        report();
        every(EXPIRE_EVERY, this::expire);
    }

    @Override
    protected void take(FlaggedChange change) {
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
        report();
    }

    @Override
    public void close() {
        super.close();
        events.level(TopologyEvents.Level.FLAGGED_ENTRIES, partition(), 0);
    }

    private void expire(Instant now) {
        indexes.forEach((tenant, index) -> {
            index.expire(now);
            publish(tenant, index);
        });
        report();
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
        send(new TenantKey(tenant, id).toString(), content);
    }

    private FlaggedIndex index(String tenant) {
        return indexes.computeIfAbsent(tenant, each -> new FlaggedIndex(settings));
    }

    private void report() {
        events.level(
                TopologyEvents.Level.FLAGGED_ENTRIES,
                partition(),
                indexes.values().stream().mapToLong(FlaggedIndex::size).sum());
    }
}
