package io.bulwark.stream.campaign;

import io.bulwark.events.AttackCampaign;
import io.bulwark.events.Review;
import io.bulwark.stream.campaign.AttemptPlaces.Placed;
import io.bulwark.stream.state.ClockedProcessor;
import io.bulwark.stream.state.ClockedProcessor.TaskClock;
import io.bulwark.stream.state.StoreKey;
import io.bulwark.stream.state.StoreNames;
import io.bulwark.stream.state.TopologyEvents;
import io.bulwark.stream.state.TopologyEvents.Count;
import io.bulwark.stream.state.TopologyEvents.Level;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Keeps the campaigns of tenants in memory and in its stores. Each change is stored with its record. Campaigns are
 * published at once when they open, merge, end or get a ruling, and with the next beat when they only grow. All changes
 * of one tenant go to the same task. One stream thread calls.
 */
public final class CampaignProcessor
        extends ClockedProcessor<String, CampaignChange, String, CampaignProcessor.Output> {

    private static final Duration BEAT = Duration.ofSeconds(1);
    private static final Duration EXPIRE_EVERY = Duration.ofMinutes(1);

    private final Settings settings;
    private final TopologyEvents events;
    private final Map<String, CampaignIndex> indexes = new HashMap<>();
    private final Map<String, Set<String>> toTell = new HashMap<>();
    private KeyValueStore<String, Placed> attempts;
    private KeyValueStore<String, Campaign> counts;
    private KeyValueStore<String, AttackCampaign> campaigns;

    public CampaignProcessor(Settings settings, TopologyEvents events, TaskClock.Source clocks) {
        super("campaigns", clocks);
        this.settings = settings;
        this.events = events;
    }

    /**
     * What makes a campaign.
     *
     * @param enabled whether there are any
     * @param contents different contents from which on attempts may be one
     * @param returns how often accounts came back from which on they are one, see {@link CampaignRule}
     * @param quiet after how long without an attempt a campaign is over, and attempts count for no new one
     * @param retention how long after its audit an attempt is kept, and a campaign after its last
     * @param salt of the deployment, for the bands
     */
    public record Settings(
            boolean enabled, int contents, int returns, Duration quiet, Duration retention, CampaignSalt salt) {}

    /** A record for another topic. */
    public sealed interface Output {

        /** A campaign as it now stands; null where it is gone. */
        record Told(AttackCampaign campaign) implements Output {}

        /** The decision of a confirmed campaign on one of its images. */
        record Reviewed(Review review) implements Output {}
    }

    /** The stores that only this package reads: attempts, and the counts of campaigns. */
    public static List<StoreBuilder<?>> stores() {
        return List.of(
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(StoreNames.CAMPAIGN_ATTEMPTS), Serdes.String(), Placed.serde()),
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(StoreNames.CAMPAIGN_COUNTS), Serdes.String(), Campaign.serde()));
    }

    @Override
    public void init(ProcessorContext<String, Output> context) {
        super.init(context);
        attempts = context.getStateStore(StoreNames.CAMPAIGN_ATTEMPTS);
        counts = context.getStateStore(StoreNames.CAMPAIGN_COUNTS);
        campaigns = context.getStateStore(StoreNames.CAMPAIGNS);
        indexes.clear(); // after a task was revived they hold what its stores gave up
        toTell.clear();
        all(counts.all()).forEach(entry -> {
            String tenant = StoreKey.tenant(entry.key);
            index(tenant).restore(entry.value);
            toTell.computeIfAbsent(tenant, each -> new TreeSet<>()).add(entry.value.id);
        });
        all(attempts.all()).forEach(entry -> index(StoreKey.tenant(entry.key)).restore(entry.value));
        indexes.values().forEach(CampaignIndex::drain);
        report();
        context.schedule(BEAT, PunctuationType.WALL_CLOCK_TIME, now -> beat());
        every(EXPIRE_EVERY, this::expire);
    }

    @Override
    protected void take(CampaignChange change) {
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
        reviews.forEach(review -> send(review.getImageId(), new Output.Reviewed(review)));
        report();
    }

    @Override
    public void close() {
        super.close();
        events.level(Level.OPEN_CAMPAIGNS, partition(), 0);
    }

    private void expire(Instant now) {
        indexes.forEach((tenant, index) -> {
            index.expire(now);
            store(tenant, index);
        });
        report();
    }

    private void store(String tenant, CampaignIndex index) {
        CampaignIndex.Changes changes = index.drain();
        for (Attempt.Id id : changes.attempts) {
            attempts.put(
                    StoreKey.ofImage(tenant, id.imageId(), id.content()),
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
        events.count(Count.CAMPAIGN_OPENED, changes.opened);
        events.count(Count.CAMPAIGNS_MERGED, changes.merged);
        events.count(Count.CAMPAIGN_CLOSED, changes.closed);
        events.count(Count.CAMPAIGN_ANCHOR_HOT, changes.hot);
    }

    private void beat() {
        toTell.forEach((tenant, ids) -> ids.forEach(id -> tell(tenant, index(tenant), id)));
        toTell.clear();
    }

    private void tell(String tenant, CampaignIndex index, String id) {
        Optional<AttackCampaign> campaign = index.record(id);
        campaigns.put(StoreKey.image(tenant, id), campaign.orElse(null));
        send(id, new Output.Told(campaign.orElse(null)));
    }

    private CampaignIndex index(String tenant) {
        return indexes.computeIfAbsent(tenant, each -> new CampaignIndex(tenant, settings));
    }

    private void report() {
        events.level(
                Level.OPEN_CAMPAIGNS,
                partition(),
                indexes.values().stream().mapToLong(CampaignIndex::open).sum());
    }

    /**
     * A secret of the deployment. It makes digests (HMAC-SHA256, the first 16 bytes) that do not reveal their input,
     * and chooses bands that only the deployment knows. Immutable; any thread.
     */
    public static final class CampaignSalt {

        /**
         * Bands of a key that count: 8 of 16, which near-duplicates of a cosine of 0.98 share one of in 97 of 100
         * cases.
         */
        static final int BANDS = 8;

        private static final int OF_BANDS = 16;
        private static final String ALGORITHM = "HmacSHA256";
        private static final int BYTES = 16;

        private final SecretKeySpec key;
        private final Set<String> chosen;

        /** @param secret at least one byte */
        public CampaignSalt(byte[] secret) {
            key = new SecretKeySpec(secret, ALGORITHM);
            chosen = IntStream.range(0, OF_BANDS)
                    .mapToObj(Integer::toHexString)
                    .sorted(Comparator.comparing(number -> digest("band", number)))
                    .limit(BANDS)
                    .collect(Collectors.toUnmodifiableSet());
        }

        /** The digest of texts, in hexadecimal. */
        String digest(String... parts) {
            try {
                Mac mac = Mac.getInstance(ALGORITHM);
                mac.init(key);
                for (String part : parts) {
                    mac.update(part.getBytes(StandardCharsets.UTF_8));
                    mac.update((byte) 0);
                }
                return HexFormat.of().formatHex(mac.doFinal(), 0, BYTES);
            } catch (GeneralSecurityException every) {
                throw new IllegalStateException("every Java has " + ALGORITHM, every);
            }
        }

        /**
         * The bands of a key that count. An attacker who knows the hyperplanes, but not the secret, cannot predict
         * them.
         *
         * @param perceptualKey such as {@code 0:1f3a}, the band's number first
         */
        List<String> chosen(List<String> perceptualKey) {
            return perceptualKey.stream()
                    .filter(band -> chosen.contains(band.substring(0, Math.max(0, band.indexOf(':')))))
                    .limit(BANDS)
                    .toList();
        }
    }
}
