package io.bulwark.cli.bank.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.bank.HashEntry;
import io.bulwark.cli.bank.feed.ExchangeAnswers.GonePageException;
import io.bulwark.cli.bank.feed.HashFeed.FeedEntry;
import io.bulwark.cli.bank.feed.HashFeed.FeedPage;
import io.bulwark.cli.bank.feed.HeldEntries.Facts;
import io.bulwark.cli.bank.feed.HeldEntries.HeldRecord;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.events.LabelSource;
import io.bulwark.events.Listing;
import io.bulwark.events.Reference;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.schemas.topic.ReferenceKey;
import io.bulwark.schemas.topic.ReferenceKey.ListedId;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Follows one list into a bank. Each entry of the list has a record for each of its hashes, whose key has the list and
 * the entry in it: what one list or one entry takes down, another keeps. Only records that this list wrote are ever
 * removed. A page is written and confirmed before the place behind it is, so a sync that is killed repeats a page, and
 * repeating one changes nothing. Before each page it takes in what others wrote to the topic, such as a hash that was
 * disabled. One thread; one sync of a list at a time.
 */
public final class FeedSync {

    /** A list that is read as a whole, and suddenly lacks more than half of its entries, is taken for a mishap. */
    private static final int FEW = 20;

    /** Of one window; an exchange that has more is taken for one that goes round in circles. */
    private static final int MOST_PAGES = 1 << 18;

    /** Records between two waits for the broker. */
    private static final int AT_ONCE = 1000;

    /** How long a place may stay unwritten while nothing changes. */
    private static final Duration IDLE = Duration.ofMinutes(5);

    /** An end that the sync gave is moved once this part of the time has gone. */
    private static final int RENEWALS = 10;

    private final HashFeed feed;
    private final ListRules rules;
    private final String bank;
    private final BankTopic topic;
    private final Clock clock;
    private final HeldEntries held;
    /** What other lists have under a label of this one, though one of the two is about adults: their names by key. */
    private final Map<ReferenceKey, String> conflicts = new HashMap<>();

    private FeedPlace place;
    private Optional<FeedPlace> written = Optional.empty();
    private Instant writtenAt = Instant.MIN;
    private boolean unsure;
    private boolean ruled;

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

    /** Begins where the last sync of the list stopped. */
    public FeedSync(HashFeed feed, ListRules rules, String bank, BankTopic topic, Clock clock) {
        this.feed = feed;
        this.rules = rules;
        this.bank = bank;
        this.topic = topic;
        this.clock = clock;
        held = new HeldEntries(bank, rules.list());
        topic.catchUp(this::apply);
        place = written.orElseGet(() -> FeedPlace.start(false, rules.adult(), rules.labels()));
    }

    private void apply(ReferenceKey key, Optional<Reference> value) {
        if (!key.bank().equals(bank)) {
            return;
        }
        if (key.modelFingerprint().equals(ReferenceKey.FEED)) {
            Optional<FeedPlace> said = value.map(reference -> read(key, reference));
            if (key.referenceId().equals(rules.list())) {
                written = said;
                writtenAt = value.map(Reference::getAddedAt).orElse(Instant.MIN);
            } else {
                conflict(
                        key,
                        key.referenceId(),
                        said.filter(other -> other.adult() != rules.adult())
                                .map(FeedPlace::labels)
                                .orElse(Set.of()));
            }
        } else if (HashEntry.is(key)) {
            Optional<Reference> listed = value.filter(reference -> reference.getListing() != null);
            String list =
                    listed.map(reference -> reference.getListing().getList()).orElse("");
            if (ListedId.parse(key.referenceId())
                    .filter(id -> id.list().equals(rules.list()))
                    .isPresent()) {
                held.apply(key, listed.filter(reference -> list.equals(rules.list())));
            } else {
                conflict(
                        key,
                        list,
                        listed.filter(reference -> reference.getListing().getAdult() != rules.adult())
                                .map(reference -> Set.of(reference.getLabel()))
                                .orElse(Set.of()));
            }
        }
    }

    private static FeedPlace read(ReferenceKey key, Reference reference) {
        try {
            return FeedPlace.parse(reference.getNote());
        } catch (JsonProcessingException broken) {
            throw CommandFailure.failed("the record " + key + " is no place of a feed", broken);
        }
    }

    private void conflict(ReferenceKey key, String list, Set<String> labels) {
        conflicts.remove(key);
        labels.stream()
                .filter(rules.labels()::contains)
                .findFirst()
                .ifPresent(label -> conflicts.put(key, "the label " + label + " has entries of the list " + list));
    }

    /**
     * Lists about adults and others have no label in common, and what was once about adults stays so: a person whose
     * picture was shared against their will is no reason to report them.
     */
    private void requireWall() {
        conflicts.values().stream().sorted().findFirst().ifPresent(conflict -> {
            throw CommandFailure.usage(
                    conflict + (rules.adult() ? ", which is not about adults" : ", which is about adults")
                            + ": give this list another label (--label, --severity-labels)");
        });
        if (!rules.adult() && (written.filter(FeedPlace::adult).isPresent() || held.hasAdults())) {
            throw CommandFailure.usage("the list " + rules.list() + " was taken in as one about adults, and stays so: "
                    + "give --adult, or call the list otherwise (--list)");
        }
    }

    /**
     * Takes over what changed since the last time.
     *
     * @param fromStart reads the whole list again, and removes what it no longer has
     * @throws CommandFailure if the exchange does not answer, or with something else; what earlier pages said is kept
     */
    public Round follow(boolean fromStart) {
        surely(() -> topic.catchUp(this::apply));
        requireWall();
        // A read of the whole list that was broken off does not know what its first pages had.
        place = fromStart || place.whole()
                ? FeedPlace.start(true, rules.adult(), rules.labels())
                : place.under(rules.adult(), rules.labels());
        requireFresh();
        Tally tally = new Tally();
        boolean known = written.filter(there -> there.adult() == place.adult()
                        && there.whole() == place.whole()
                        && there.labels().equals(place.labels()))
                .isPresent();
        if (!known) {
            write();
        }
        if (!ruled) {
            surely(() -> applyRules(tally));
            ruled = true;
        }
        Pages pages = new Pages();
        Set<String> seen = new HashSet<>();
        boolean more = true;
        while (more) {
            FeedPage page = pages.next();
            surely(() -> topic.catchUp(this::apply));
            page.skipped().forEach((what, count) -> tally.skipped.merge(what, count, Long::sum));
            if (place.whole() || page.whole()) {
                page.entries().forEach(entry -> seen.add(entry.id()));
            }
            more = page.more();
            Set<String> lost = page.whole() || place.whole() && !more && !feed.isWhole() ? missing(seen) : Set.of();
            long before = tally.moved();
            surely(() -> {
                page.entries().forEach(entry -> put(entry, tally));
                lost.forEach(id -> put(FeedEntry.gone(id), tally));
                if (feed.isWhole() && !page.whole()) {
                    held.entries().forEach(this::renew);
                }
                topic.confirm();
            });
            place = place.after(page);
            if (tally.moved() > before || isToWrite()) {
                write();
            }
        }
        return tally.round(pages.count, held.expired(clock.instant()));
    }

    /** What a step that fails may leave behind differs from what the topic has. */
    private void surely(Runnable step) {
        unsure = true;
        step.run();
        unsure = false;
    }

    /** Whether a round failed so that what the topic has is unknown: then another sync has to go on. */
    public boolean isUnsure() {
        return unsure;
    }

    /** Of idle rounds few leave a trace: each record of the topic is read by every worker. */
    private boolean isToWrite() {
        return place.isWithinRound()
                || written.filter(there -> !there.isWithinRound() && !there.whole())
                        .isEmpty()
                || written.get().cursor().since().isEmpty()
                        && !place.cursor().since().isEmpty()
                || !writtenAt.plus(IDLE).isAfter(clock.instant());
    }

    private void write() {
        surely(this::writePlace);
        written = Optional.of(place);
        writtenAt = clock.instant();
    }

    private void writePlace() {
        topic.put(
                new ReferenceKey(bank, ReferenceKey.FEED, rules.list()),
                Reference.newBuilder()
                        .setLabel(ReferenceKey.FEED)
                        .setEmbedding(ByteBuffer.allocate(0))
                        .setNote(place.note())
                        .setAddedBy(rules.addedBy())
                        .setAddedAt(clock.instant())
                        .setLabelSource(LabelSource.DATASET)
                        .build());
        topic.confirm();
    }

    private void requireFresh() {
        feed.memory()
                .ifPresent(memory -> place.oldest()
                        .filter(at -> at.plus(memory).isBefore(clock.instant()))
                        .ifPresent(at -> {
                            throw CommandFailure.failed("the list " + rules.list() + " was last read at " + at
                                    + ", and the exchange forgets what it took down after " + memory.toDays()
                                    + " days: run once with --from-start");
                        }));
    }

    private Set<String> missing(Set<String> seen) {
        Set<String> lost = held.entries();
        lost.removeAll(seen);
        if (!rules.mayShrink() && held.size() >= FEW && lost.size() > held.size() / 2) {
            throw CommandFailure.failed("the list " + rules.list() + " lacks " + lost.size() + " of its " + held.size()
                    + " entries: check the exchange, or allow it by --may-shrink. None of them is removed");
        }
        return lost;
    }

    /** What is there already says what the operator says today, whether the exchange names it again or not. */
    private void applyRules(Tally tally) {
        int sent = 0;
        for (String entry : held.entries()) {
            List<HeldRecord> after = new ArrayList<>();
            boolean changed = false;
            for (HeldRecord old : held.of(entry)) {
                Facts facts = old.facts();
                HeldRecord now = rewritten(
                        entry,
                        old,
                        new Facts(
                                rules.label(Optional.ofNullable(facts.severity())),
                                facts.severity(),
                                rules.verified(),
                                rules.adult(),
                                facts.expiresAt(),
                                facts.disabledUntil()));
                changed |= now != old;
                after.add(now);
            }
            if (changed) {
                held.set(entry, after);
                tally.count(false, false, true);
                if (++sent % AT_ONCE == 0) {
                    topic.confirm();
                }
            }
        }
        topic.confirm();
    }

    private void renew(String entry) {
        held.set(
                entry,
                held.of(entry).stream()
                        .map(old -> {
                            Facts facts = old.facts();
                            return rewritten(
                                    entry,
                                    old,
                                    new Facts(
                                            facts.label(),
                                            facts.severity(),
                                            facts.verified(),
                                            facts.adult(),
                                            expiry(facts),
                                            facts.disabledUntil()));
                        })
                        .toList());
    }

    /** The same record where nothing of it changes. */
    private HeldRecord rewritten(String entry, HeldRecord old, Facts facts) {
        if (facts.equals(old.facts())) {
            return old;
        }
        ListedHash hash = HashEntry.of(old.kind(), old.hex(), entry, facts.label())
                .orElseThrow(() -> new IllegalStateException("a record's hash is none"));
        topic.put(held.key(entry, old), reference(hash, facts));
        return held.record(hash, facts);
    }

    private void put(FeedEntry entry, Tally tally) {
        List<HeldRecord> before = held.of(entry.id());
        List<HeldRecord> after = new ArrayList<>();
        String label = rules.label(entry.severity());
        boolean changed = false;
        for (ListedHash hash : entry.hashes()) {
            Optional<Facts> old = same(before, held.record(hash, null)).map(HeldRecord::facts);
            HeldRecord now = held.record(
                    hash,
                    new Facts(
                            label,
                            entry.severity().orElse(null),
                            rules.verified(),
                            rules.adult(),
                            entry.expiresAt()
                                    .map(at -> at.truncatedTo(ChronoUnit.MILLIS))
                                    .orElseGet(() -> expiry(old.orElse(null))),
                            old.map(Facts::disabledUntil).orElse(null)));
            if (same(after, now).isEmpty()) {
                after.add(now);
                if (!old.equals(Optional.of(now.facts()))) {
                    changed = true;
                    topic.put(held.key(entry.id(), now), reference(hash, now.facts()));
                }
            }
        }
        for (HeldRecord old : before) {
            if (same(after, old).isEmpty()) {
                changed = true;
                topic.remove(held.key(entry.id(), old));
            }
        }
        tally.count(before.isEmpty(), after.isEmpty(), changed);
        held.set(entry.id(), after);
    }

    private static Optional<HeldRecord> same(List<HeldRecord> records, HeldRecord wanted) {
        return records.stream().filter(wanted::isOfSameHash).findFirst();
    }

    /**
     * The end of an entry that the list gives none, counted from the last time the list named it. It is moved in steps:
     * a list that is read twice a minute would be written twice a minute.
     */
    private Instant expiry(Facts old) {
        if (rules.expiresAfter().isEmpty()) {
            return null;
        }
        Duration after = rules.expiresAfter().get();
        Instant now = clock.instant();
        boolean stays = old != null
                && old.expiresAt() != null
                && old.expiresAt().isAfter(now.plus(after).minus(after.dividedBy(RENEWALS)));
        return stays ? old.expiresAt() : now.plus(after).truncatedTo(ChronoUnit.MILLIS);
    }

    private Reference reference(ListedHash hash, Facts facts) {
        return Reference.newBuilder(HashEntry.reference(hash, rules.addedBy(), clock.instant()))
                .setLabel(facts.label())
                .setDisabledUntil(facts.disabledUntil())
                .setListing(
                        new Listing(rules.list(), facts.severity(), facts.verified(), facts.expiresAt(), facts.adult()))
                .build();
    }

    /** The pages of one round. */
    private final class Pages {

        private final Set<String> asked = new HashSet<>();
        private int count;
        private boolean again;

        /** @throws CommandFailure if the exchange has no such page any more, or goes round in circles */
        FeedPage next() {
            FeedPage page;
            try {
                place = place.asked(clock.instant());
                page = feed.page(place.cursor());
            } catch (GonePageException forgotten) {
                if (again || !place.isWithinWindow()) {
                    throw forgotten;
                }
                again = true;
                asked.clear();
                place = place.again(clock.instant());
                page = feed.page(place.cursor());
            }
            count++;
            if (page.next().page().isEmpty()) {
                again = false; // what is asked for next begins a window
            }
            if (page.more()
                    && (!asked.add(page.next().since() + ' ' + page.next().page()) || count == MOST_PAGES)) {
                throw CommandFailure.failed("the exchange of the list " + rules.list()
                        + " names a next page that it named before, or more than " + MOST_PAGES
                        + " pages: check --url. What earlier pages said is kept");
            }
            return page;
        }
    }

    /**
     * What one round did, in entries.
     *
     * @param pages of the exchange
     * @param expired of the entries that the list has, how many decide nothing any more
     * @param skipped hashes that were left out, by the reason
     */
    public record Round(
            int pages,
            long added,
            long changed,
            long removed,
            long unchanged,
            long expired,
            Map<String, Long> skipped) {}

    private static final class Tally {

        private final Map<String, Long> skipped = new TreeMap<>();
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

        long moved() {
            return added + changed + removed;
        }

        Round round(int pages, long expired) {
            return new Round(pages, added, changed, removed, unchanged, expired, Map.copyOf(skipped));
        }
    }
}
