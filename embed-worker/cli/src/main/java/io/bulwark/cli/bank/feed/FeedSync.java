package io.bulwark.cli.bank.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.bank.HashEntry;
import io.bulwark.cli.bank.StoredReference;
import io.bulwark.cli.bank.feed.ExchangeAnswers.GonePageException;
import io.bulwark.cli.bank.feed.HashFeed.FeedCursor;
import io.bulwark.cli.bank.feed.HashFeed.FeedEntry;
import io.bulwark.cli.bank.feed.HashFeed.FeedPage;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.events.LabelSource;
import io.bulwark.events.Listing;
import io.bulwark.events.Reference;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.schemas.topic.ReferenceKey;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Follows one list into a bank. Each entry of the list has a record for each of its hashes, whose key has the list and
 * the entry in it: what one list or one entry takes down, another keeps. Only records that this list wrote are ever
 * removed. A page is written and confirmed before the place behind it is, so a sync that is killed repeats a page, and
 * repeating one changes nothing. One thread; one sync of a list at a time.
 */
public final class FeedSync {

    /** A list that is read as a whole, and suddenly lacks more than half of its entries, is taken for a mishap. */
    private static final int FEW = 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HashFeed feed;
    private final ListRules rules;
    private final String bank;
    private final BankTopic topic;
    private final Clock clock;
    /** Records of this list by the id of their entry. */
    private final Map<String, Map<ReferenceKey, Held>> held = new HashMap<>();

    private FeedCursor cursor = FeedCursor.START;

    /**
     * What an operator says of a list.
     *
     * @param list its name
     * @param label of entries whose severity names none
     * @param severityLabels labels by severity
     * @param verified whether the operator vouches that people checked each entry
     * @param adult whether the list is about adults, and never leads to a report
     * @param expiresAfter how long an entry counts that the list gives no date; empty for ever
     * @param mayShrink whether a list may lose more than half of its entries at once
     * @param addedBy written into each record
     */
    public record ListRules(
            String list,
            String label,
            Map<String, String> severityLabels,
            boolean verified,
            boolean adult,
            Optional<Duration> expiresAfter,
            boolean mayShrink,
            String addedBy) {

        public ListRules {
            severityLabels = Map.copyOf(severityLabels);
        }

        /** All labels that entries may get. */
        public Set<String> labels() {
            Set<String> labels = new TreeSet<>(severityLabels.values());
            labels.add(label);
            return labels;
        }

        private String label(Optional<String> severity) {
            return severity.map(text -> severityLabels.getOrDefault(text, label))
                    .orElse(label);
        }
    }

    /**
     * Begins where the last sync of the list stopped.
     *
     * @throws CommandFailure if a list about adults and another one would share a label
     */
    public FeedSync(HashFeed feed, ListRules rules, String bank, BankTopic topic, Clock clock) {
        this.feed = feed;
        this.rules = rules;
        this.bank = bank;
        this.topic = topic;
        this.clock = clock;
        BankTopic.Content content = topic.read();
        content.feeds(bank).forEach(this::found);
        for (StoredReference stored : content.of(bank)) {
            entry(stored)
                    .ifPresent(id -> held.computeIfAbsent(id, any -> new HashMap<>())
                            .put(stored.key(), Held.of(stored.value())));
        }
    }

    /** The id of the entry that a record belongs to; empty where another list or a person wrote it. */
    private Optional<String> entry(StoredReference stored) {
        boolean own = HashEntry.is(stored.key())
                && stored.value().getListing() != null
                && stored.value().getListing().getList().equals(rules.list());
        return own
                ? ReferenceKey.ListedId.parse(stored.key().referenceId())
                        .filter(id -> id.list().equals(rules.list()))
                        .map(ReferenceKey.ListedId::entry)
                : Optional.empty();
    }

    private void found(StoredReference stored) {
        JsonNode place;
        try {
            place = JSON.readTree(String.valueOf(stored.value().getNote()));
        } catch (JsonProcessingException broken) {
            throw CommandFailure.failed("the record " + stored.key() + " is no place of a feed", broken);
        }
        if (stored.key().referenceId().equals(rules.list())) {
            cursor = new FeedCursor(
                    place.path("since").asText(),
                    place.path("until").asText(),
                    place.path("page").asText(),
                    instant(place.path("readAt").asText()));
        } else if (place.path("adult").asBoolean() != rules.adult()) {
            place.path("labels").forEach(label -> {
                if (rules.labels().contains(label.asText())) {
                    throw CommandFailure.usage("the label " + label.asText() + " has entries of the list "
                            + stored.key().referenceId()
                            + (rules.adult() ? ", which is not about adults" : ", which is about adults")
                            + ": give this list another label (--label, --severity-labels)");
                }
            });
        }
    }

    private static Optional<Instant> instant(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException broken) {
            return Optional.empty();
        }
    }

    /**
     * Takes over what changed since the last time.
     *
     * @param fromStart reads the whole list again, and removes what it no longer has
     * @throws CommandFailure if the exchange does not answer, or with something else; what earlier pages said is kept
     */
    public Round follow(boolean fromStart) {
        if (fromStart) {
            cursor = FeedCursor.START;
        }
        requireFresh();
        Tally tally = new Tally();
        Set<String> seen = new HashSet<>();
        boolean more = true;
        while (more) {
            FeedPage page = page();
            tally.pages++;
            page.skipped().forEach((what, count) -> tally.skipped.merge(what, count, Long::sum));
            page.entries().forEach(entry -> seen.add(entry.id()));
            more = page.more();
            Set<String> lost = page.whole() || fromStart && !more ? missing(seen) : Set.of();
            page.entries().forEach(entry -> put(entry, tally));
            lost.forEach(id -> put(FeedEntry.gone(id), tally));
            topic.confirm();
            cursor = page.next();
            topic.put(new ReferenceKey(bank, ReferenceKey.FEED, rules.list()), place());
            topic.confirm();
        }
        return tally.round();
    }

    private FeedPage page() {
        try {
            return feed.page(cursor);
        } catch (GonePageException forgotten) {
            if (cursor.page().isEmpty()) {
                throw forgotten;
            }
            cursor = cursor.again();
            return feed.page(cursor);
        }
    }

    private void requireFresh() {
        feed.memory()
                .ifPresent(memory -> cursor.readAt()
                        .filter(at -> at.plus(memory).isBefore(clock.instant()))
                        .ifPresent(at -> {
                            throw CommandFailure.failed("the list " + rules.list() + " was last read at " + at
                                    + ", and the exchange forgets what it took down after " + memory.toDays()
                                    + " days: run once with --from-start");
                        }));
    }

    private Set<String> missing(Set<String> seen) {
        Set<String> lost = new HashSet<>(held.keySet());
        lost.removeAll(seen);
        if (!rules.mayShrink() && held.size() >= FEW && lost.size() > held.size() / 2) {
            throw CommandFailure.failed("the list " + rules.list() + " lacks " + lost.size() + " of its " + held.size()
                    + " entries: check the exchange, or allow it by --may-shrink. None of them is removed");
        }
        return lost;
    }

    private void put(FeedEntry entry, Tally tally) {
        Map<ReferenceKey, Held> before = held.getOrDefault(entry.id(), Map.of());
        Map<ReferenceKey, Held> after = new HashMap<>();
        String label = rules.label(entry.severity());
        boolean changed = false;
        for (ListedHash hash : entry.hashes()) {
            ReferenceKey key = HashEntry.key(bank, hash, rules.list());
            Held old = before.get(key);
            Held now = new Held(
                    label,
                    entry.severity().orElse(null),
                    rules.verified(),
                    rules.adult(),
                    expiry(entry, old),
                    old == null ? null : old.disabledUntil());
            after.put(key, now);
            if (!now.equals(old)) {
                changed = true;
                topic.put(key, reference(hash, now));
            }
        }
        for (ReferenceKey key : before.keySet()) {
            if (!after.containsKey(key)) {
                changed = true;
                topic.remove(key);
            }
        }
        tally.count(before.isEmpty(), after.isEmpty(), changed);
        if (after.isEmpty()) {
            held.remove(entry.id());
        } else {
            held.put(entry.id(), after);
        }
    }

    /** The list's own date; else that of the record that is there already, and of a new one by the rule. */
    private Instant expiry(FeedEntry entry, Held old) {
        if (entry.expiresAt().isPresent()) {
            return entry.expiresAt().get().truncatedTo(ChronoUnit.MILLIS);
        }
        if (rules.expiresAfter().isEmpty()) {
            return null;
        }
        return old != null && old.expiresAt() != null
                ? old.expiresAt()
                : clock.instant().plus(rules.expiresAfter().get()).truncatedTo(ChronoUnit.MILLIS);
    }

    private Reference reference(ListedHash hash, Held now) {
        return Reference.newBuilder(HashEntry.reference(hash, rules.addedBy(), clock.instant()))
                .setLabel(now.label())
                .setDisabledUntil(now.disabledUntil())
                .setListing(new Listing(rules.list(), now.severity(), now.verified(), now.expiresAt(), now.adult()))
                .build();
    }

    private Reference place() {
        Map<String, Object> fields = new TreeMap<>();
        fields.put("since", cursor.since());
        fields.put("until", cursor.until());
        fields.put("page", cursor.page());
        fields.put("readAt", cursor.readAt().map(Instant::toString).orElse(""));
        fields.put("adult", rules.adult());
        fields.put("labels", new ArrayList<>(rules.labels()));
        try {
            return Reference.newBuilder()
                    .setLabel(ReferenceKey.FEED)
                    .setEmbedding(ByteBuffer.allocate(0))
                    .setNote(JSON.writeValueAsString(fields))
                    .setAddedBy(rules.addedBy())
                    .setAddedAt(clock.instant())
                    .setLabelSource(LabelSource.DATASET)
                    .build();
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * What one round did, in entries.
     *
     * @param pages of the exchange
     * @param skipped hashes that were left out, by the reason
     */
    public record Round(int pages, long added, long changed, long removed, long unchanged, Map<String, Long> skipped) {}

    private static final class Tally {

        private final Map<String, Long> skipped = new TreeMap<>();
        private int pages;
        private long added;
        private long changed;
        private long removed;
        private long unchanged;

        void count(boolean isNew, boolean isGone, boolean isOther) {
            if (!isOther) {
                unchanged++;
            } else if (isGone) {
                removed++;
            } else if (isNew) {
                added++;
            } else {
                changed++;
            }
        }

        Round round() {
            return new Round(pages, added, changed, removed, unchanged, Map.copyOf(skipped));
        }
    }

    /** What a record says beside its hash; nulls as in the record. */
    private record Held(
            String label, String severity, boolean verified, boolean adult, Instant expiresAt, Instant disabledUntil) {

        static Held of(Reference reference) {
            Listing listing = Objects.requireNonNull(reference.getListing());
            return new Held(
                    reference.getLabel().intern(),
                    listing.getSeverity() == null ? null : listing.getSeverity().intern(),
                    listing.getVerified(),
                    listing.getAdult(),
                    listing.getExpiresAt(),
                    reference.getDisabledUntil());
        }
    }
}
