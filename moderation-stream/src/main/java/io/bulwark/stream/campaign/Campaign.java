package io.bulwark.stream.campaign;

import io.bulwark.events.AttackKind;
import io.bulwark.events.CampaignState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A campaign as it now stands: counts of all, and its oldest attempts. One thread calls.
 *
 * <p>Its members are the images of accounts with more than {@link CampaignRule#FREE} contents, so that whoever came by once
 * is not named; where it closed in, of all accounts.
 */
final class Campaign {

    /** Attempts that are kept. */
    static final int MOST_KEPT = 200;

    /** Accounts that are told apart. */
    static final int MOST_ACCOUNTS = 1_000;

    private static final int MOST_MERGED = 100;
    private static final int SAME_PEOPLE = 3;

    final String id;
    final Anchor anchor;
    final boolean everybody;
    final NavigableSet<Anchor> anchors = new TreeSet<>(Anchor.ORDER);
    final NavigableSet<String> mergedFrom = new TreeSet<>();
    /** Digests of accounts, and how many contents each tried. */
    final Map<String, Integer> accounts = new TreeMap<>();

    final Map<AttackKind, Long> kinds = new EnumMap<>(AttackKind.class);
    /** Images that belong to another campaign as well, by that campaign's id. */
    final Map<String, Set<String>> bridges = new HashMap<>();

    final Trail trail = new Trail();

    CampaignState state = CampaignState.OPEN;
    /** Whether what comes to its anchors still belongs to it. */
    boolean active = true;

    long events;
    Instant openedAt = Instant.MAX;
    Instant lastSeenAt = Instant.MIN;
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
        events++;
        openedAt = attempt.at().isBefore(openedAt) ? attempt.at() : openedAt;
        lastSeenAt = attempt.at().isAfter(lastSeenAt) ? attempt.at() : lastSeenAt;
        kinds.merge(attempt.kind(), 1L, Long::sum);
        if (accounts.containsKey(attempt.account()) || accounts.size() < MOST_ACCOUNTS) {
            accounts.merge(attempt.account(), 1, Integer::sum);
        }
        if (Double.isFinite(attempt.score())) {
            lowest = Math.min(lowest, attempt.score());
            highest = Math.max(highest, attempt.score());
        }
        trail.add(attempt);
    }

    /**
     * Lets go of what is more than is kept: the newest of who came by, then the newest of all.
     *
     * @return what went
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

    private boolean isMember(String account) {
        int contents = accounts.getOrDefault(account, 0);
        return contents > (everybody ? 0 : CampaignRule.FREE);
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
            events--;
            kinds.computeIfPresent(attempt.kind(), (kind, count) -> count > 1 ? count - 1 : null);
            accounts.computeIfPresent(attempt.account(), (each, count) -> count > 1 ? count - 1 : null);
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
        other.accounts.forEach((account, count) -> {
            if (accounts.containsKey(account) || accounts.size() < MOST_ACCOUNTS) {
                accounts.merge(account, count, Integer::sum);
            }
        });
        other.kinds.forEach((kind, count) -> kinds.merge(kind, count, Long::sum));
        events += other.events;
        openedAt = other.openedAt.isBefore(openedAt) ? other.openedAt : openedAt;
        lastSeenAt = other.lastSeenAt.isAfter(lastSeenAt) ? other.lastSeenAt : lastSeenAt;
        lowest = Math.min(lowest, other.lowest);
        highest = Math.max(highest, other.highest);
    }

    /** Digests of the accounts that are members. */
    Set<String> memberAccounts() {
        return accounts.keySet().stream().filter(this::isMember).collect(Collectors.toSet());
    }

    /** Images of member accounts. */
    long images() {
        return accounts.entrySet().stream()
                .filter(account -> isMember(account.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** The kind of most attempts; of equally many the first of the schema's. */
    AttackKind kind() {
        AttackKind most = AttackKind.OTHER;
        long count = 0;
        for (Map.Entry<AttackKind, Long> kind : kinds.entrySet()) {
            if (kind.getValue() > count) {
                most = kind.getKey();
                count = kind.getValue();
            }
        }
        return most;
    }

    /** The oldest attempts of members, one an image. */
    List<Attempt> members(int most) {
        var images = new HashSet<String>();
        return trail.all().stream()
                .filter(attempt -> isMember(attempt.account()) && images.add(attempt.imageId()))
                .limit(most)
                .toList();
    }
}
