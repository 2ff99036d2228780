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
 * A campaign as it now stands: counts of all members, and the oldest attempts. One thread calls.
 *
 * <p>Its members are the images of accounts with more than {@link CampaignRule#FREE} contents, so that whoever came by once
 * is not named; where it closed in, of all accounts.
 */
final class Campaign {

    /** Attempts that are kept. */
    static final int MOST_KEPT = 200;

    /** Accounts that are told apart. */
    static final int MOST_ACCOUNTS = 1_000;

    private static final Instant FIRST = Instant.ofEpochMilli(Long.MIN_VALUE);
    private static final Instant LAST = Instant.ofEpochMilli(Long.MAX_VALUE);
    private static final int MOST_MERGED = 100;
    private static final int SAME_PEOPLE = 3;

    final String id;
    final Anchor anchor;
    final boolean everybody;
    final NavigableSet<Anchor> anchors = new TreeSet<>(Anchor.ORDER);
    final NavigableSet<String> mergedFrom = new TreeSet<>();
    /** By the digests of accounts. */
    final Map<String, Account> accounts = new TreeMap<>();

    /** Images that belong to another campaign as well, by that campaign's id. */
    final Map<String, Set<String>> bridges = new HashMap<>();

    final Trail trail = new Trail();

    CampaignState state = CampaignState.OPEN;
    /** Whether what comes to its anchors still belongs to it. */
    boolean active = true;

    /** When the last attempt was made, by whomever. */
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
        if (accounts.containsKey(attempt.account()) || accounts.size() < MOST_ACCOUNTS) {
            accounts.computeIfAbsent(attempt.account(), each -> new Account()).add(attempt.content());
        }
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

    /** Whether an account, by its digest, is a member. */
    boolean isMember(String account) {
        Account known = accounts.get(account);
        return known != null && known.contents > (everybody ? 0 : CampaignRule.FREE);
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
        Account account = accounts.get(attempt.account());
        if (trail.remove(attempt) && account != null) {
            account.remove(attempt.content());
            if (account.contents <= 0) {
                accounts.remove(attempt.account());
            }
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
        other.accounts.forEach((digest, theirs) -> {
            if (accounts.containsKey(digest) || accounts.size() < MOST_ACCOUNTS) {
                accounts.computeIfAbsent(digest, each -> new Account()).takeIn(theirs);
            }
        });
        lastAt = other.lastAt.isAfter(lastAt) ? other.lastAt : lastAt;
        openedAt = other.openedAt.isBefore(openedAt) ? other.openedAt : openedAt;
        lastSeenAt = other.lastSeenAt.isAfter(lastSeenAt) ? other.lastSeenAt : lastSeenAt;
        lowest = Math.min(lowest, other.lowest);
        highest = Math.max(highest, other.highest);
    }

    /** Digests of the accounts that are members. */
    Set<String> memberAccounts() {
        return accounts.keySet().stream().filter(this::isMember).collect(Collectors.toSet());
    }

    /** Files of member accounts. */
    long images() {
        return accounts.entrySet().stream()
                .filter(account -> isMember(account.getKey()))
                .mapToLong(account -> account.getValue().contents)
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
}
