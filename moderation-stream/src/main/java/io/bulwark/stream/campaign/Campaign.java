package io.bulwark.stream.campaign;

import io.bulwark.events.AttackKind;
import io.bulwark.events.CampaignState;
import io.bulwark.stream.campaign.Attempt.Anchor;
import io.bulwark.stream.campaign.Attempt.AttemptTrail;
import io.bulwark.stream.state.StateLayout;
import io.bulwark.stream.state.StateLayout.Nullable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * A campaign as it now stands: counts of all members, and the oldest attempts. One thread calls.
 *
 * <p>Its members are the images of accounts with more than {@link CampaignRule#FREE} contents, so that accounts seen
 * once are not named; where it closed in, of all accounts.
 */
final class Campaign {

    /** Attempts that are kept. */
    static final int MOST_KEPT = 200;

    /** Accounts that are counted separately. */
    static final int MOST_ACCOUNTS = 1_000;

    private static final Instant FIRST = Instant.ofEpochMilli(Long.MIN_VALUE);
    private static final Instant LAST = Instant.ofEpochMilli(Long.MAX_VALUE);
    private static final int MOST_MERGED = 100;
    private static final int SAME_PEOPLE = 3;

    final String id;
    final Anchor anchor;
    final boolean everybody;
    final NavigableSet<Anchor> anchors = new TreeSet<>();
    final NavigableSet<String> mergedFrom = new TreeSet<>();
    /** By the digests of accounts. */
    final Map<String, Account> accounts = new TreeMap<>();

    /** Images that belong to another campaign as well, by that campaign's id. */
    final Map<String, Set<String>> bridges = new TreeMap<>();

    final AttemptTrail trail = new AttemptTrail();

    CampaignState state = CampaignState.OPEN;
    /** Whether new attempts at its anchors belong to it. */
    boolean active = true;

    /** When the last attempt was made, by any account. */
    Instant lastAt = FIRST;

    // What members did.
    Instant openedAt = LAST;
    Instant lastSeenAt = FIRST;
    double lowest = Double.POSITIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    String ruledBy;
    Instant ruledAt;
    String note;
    String rulingId = "";

    Campaign(String id, Anchor anchor, boolean everybody) {
        this.id = id;
        this.anchor = anchor;
        this.everybody = everybody;
        anchors.add(anchor);
    }

    /** Counts an attempt, and keeps it. */
    void add(Attempt attempt) {
        lastAt = attempt.at().isAfter(lastAt) ? attempt.at() : lastAt;
        trail.add(attempt);
        change(attempt.account(), account -> account.plus(attempt.content()));
        if (isMember(attempt.account())) {
            measure(attempt);
        }
    }

    private void measure(Attempt attempt) {
        openedAt = attempt.at().isBefore(openedAt) ? attempt.at() : openedAt;
        lastSeenAt = attempt.at().isAfter(lastSeenAt) ? attempt.at() : lastSeenAt;
        if (Double.isFinite(attempt.score())) {
            lowest = Math.min(lowest, attempt.score());
            highest = Math.max(highest, attempt.score());
        }
    }

    /** Measures what was there before its account became a member. */
    void measure() {
        trail.all().stream().filter(attempt -> isMember(attempt.account())).forEach(this::measure);
        if (openedAt.isAfter(lastAt)) {
            openedAt = lastAt; // all that members did is erased
            lastSeenAt = lastAt;
        }
    }

    /**
     * Removes attempts beyond the limit: the newest of accounts that are not members, then the newest of all.
     *
     * @return the removed attempts
     */
    List<Attempt> trim() {
        var gone = new ArrayList<Attempt>();
        while (trail.size() > MOST_KEPT) {
            Attempt least = trail.all().descendingSet().stream()
                    .filter(attempt -> !isMember(attempt.account()))
                    .findFirst()
                    .orElseGet(trail::newest);
            trail.remove(least);
            gone.add(least);
        }
        return gone;
    }

    /** Whether an account, by its digest, is a member. */
    boolean isMember(String account) {
        Account known = accounts.get(account);
        return known != null && known.contents() > (everybody ? 0 : CampaignRule.FREE);
    }

    /** At least three accounts are members of both, and half of those of the smaller one. */
    boolean isOfTheSamePeopleAs(Campaign other) {
        Set<String> members = memberAccounts();
        Set<String> theirs = other.memberAccounts();
        long shared = theirs.stream().filter(members::contains).count();
        return shared >= SAME_PEOPLE && 2 * shared >= Math.min(members.size(), theirs.size());
    }

    /** Takes an attempt back that is kept. */
    void remove(Attempt attempt) {
        if (trail.remove(attempt)) {
            accounts.computeIfPresent(attempt.account(), (digest, account) -> account.without(attempt.content()));
        }
    }

    /** Takes in what another campaign counted; its attempts are moved by the caller. */
    void takeIn(Campaign other) {
        anchors.addAll(other.anchors);
        mergedFrom.add(other.id);
        mergedFrom.addAll(other.mergedFrom);
        while (mergedFrom.size() > MOST_MERGED) {
            mergedFrom.pollLast();
        }
        other.accounts.forEach((digest, theirs) -> change(digest, account -> account.with(theirs)));
        lastAt = other.lastAt.isAfter(lastAt) ? other.lastAt : lastAt;
        openedAt = other.openedAt.isBefore(openedAt) ? other.openedAt : openedAt;
        lastSeenAt = other.lastSeenAt.isAfter(lastSeenAt) ? other.lastSeenAt : lastSeenAt;
        lowest = Math.min(lowest, other.lowest);
        highest = Math.max(highest, other.highest);
    }

    private void change(String digest, UnaryOperator<Account> change) {
        Account known = accounts.get(digest);
        if (known != null || accounts.size() < MOST_ACCOUNTS) {
            accounts.put(digest, change.apply(known == null ? Account.NONE : known));
        }
    }

    /** Digests of the accounts that are members. */
    Set<String> memberAccounts() {
        return accounts.keySet().stream().filter(this::isMember).collect(Collectors.toSet());
    }

    /** Files of member accounts. */
    long images() {
        return accounts.entrySet().stream()
                .filter(account -> isMember(account.getKey()))
                .mapToLong(account -> account.getValue().contents())
                .sum();
    }

    /** The kind of most members that are kept; of equally many the first of the schema's. */
    AttackKind kind() {
        var counts = new EnumMap<AttackKind, Integer>(AttackKind.class);
        members(MOST_KEPT).forEach(member -> counts.merge(member.kind(), 1, Integer::sum));
        return counts.entrySet().stream()
                .max(Map.Entry.<AttackKind, Integer>comparingByValue()
                        .thenComparing(
                                Map.Entry.<AttackKind, Integer>comparingByKey().reversed()))
                .map(Map.Entry::getKey)
                .orElse(AttackKind.OTHER);
    }

    /** The oldest attempts of members, one an image. */
    List<Attempt> members(int most) {
        var images = new HashSet<String>();
        return trail.all().stream()
                .filter(attempt -> isMember(attempt.account()) && images.add(attempt.imageId()))
                .limit(most)
                .toList();
    }

    /**
     * What one account tried in a campaign.
     *
     * @param contents how many
     * @param first those before the one that makes a member, by name: an account that uploads one file repeatedly must
     *     not become a member
     */
    record Account(int contents, NavigableSet<String> first) {

        private static final Account NONE = new Account(0, new TreeSet<>());

        private Account plus(String content) {
            if (first.contains(content)) {
                return this;
            }
            var known = new TreeSet<>(first);
            if (contents < CampaignRule.FREE) {
                known.add(content);
            }
            return new Account(contents + 1, known);
        }

        /** Both as one, of another campaign the other. */
        private Account with(Account other) {
            var known = new TreeSet<>(first);
            other.first.stream()
                    .filter(content -> known.size() < CampaignRule.FREE)
                    .forEach(known::add);
            return new Account(contents + other.contents, known);
        }

        /** Null where none is left. */
        private Account without(String content) {
            var known = new TreeSet<>(first);
            known.remove(content);
            return contents <= 1 ? null : new Account(contents - 1, known);
        }
    }

    /** The layout in the store, without attempts. */
    static Serde<Campaign> serde() {
        Serde<Stored> stored = StateLayout.of(CampaignChange.WHAT, Stored.class);
        return Serdes.serdeFrom(
                (topic, campaign) -> stored.serializer().serialize(topic, campaign == null ? null : campaign.stored()),
                (topic, bytes) -> bytes == null
                        ? null
                        : new Campaign(stored.deserializer().deserialize(topic, bytes)));
    }

    private Stored stored() {
        return new Stored(
                id,
                List.of(anchor),
                everybody,
                anchors,
                mergedFrom,
                accounts,
                bridges,
                state,
                active,
                lastAt,
                openedAt,
                lastSeenAt,
                lowest,
                highest,
                ruledBy,
                ruledAt,
                note,
                rulingId);
    }

    private Campaign(Stored stored) {
        this(stored.id, stored.anchor.get(0), stored.everybody);
        anchors.addAll(stored.anchors);
        mergedFrom.addAll(stored.mergedFrom);
        accounts.putAll(stored.accounts);
        bridges.putAll(stored.bridges);
        state = stored.state;
        active = stored.active;
        lastAt = stored.lastAt;
        openedAt = stored.openedAt;
        lastSeenAt = stored.lastSeenAt;
        lowest = stored.lowest;
        highest = stored.highest;
        ruledBy = stored.ruledBy;
        ruledAt = stored.ruledAt;
        note = stored.note;
        rulingId = stored.rulingId;
    }

    private record Stored(
            String id,
            List<Anchor> anchor,
            boolean everybody,
            NavigableSet<Anchor> anchors,
            NavigableSet<String> mergedFrom,
            Map<String, Account> accounts,
            Map<String, Set<String>> bridges,
            CampaignState state,
            boolean active,
            Instant lastAt,
            Instant openedAt,
            Instant lastSeenAt,
            double lowest,
            double highest,
            @Nullable String ruledBy,
            @Nullable Instant ruledAt,
            @Nullable String note,
            String rulingId) {}
}
