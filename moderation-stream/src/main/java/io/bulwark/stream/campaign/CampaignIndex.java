package io.bulwark.stream.campaign;

import io.bulwark.events.AnchorType;
import io.bulwark.events.AttackCampaign;
import io.bulwark.events.CampaignRuling;
import io.bulwark.events.CampaignState;
import io.bulwark.events.Decision;
import io.bulwark.events.Review;
import io.bulwark.events.Ruling;
import io.bulwark.stream.campaign.Attempt.Anchor;
import io.bulwark.stream.campaign.AttemptPlaces.Candidates;
import io.bulwark.stream.campaign.AttemptPlaces.Placed;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The campaigns of one tenant, and the attempts that may become some. Below its caps the result does not depend on the
 * order of attempts. Changes wait for {@link #drain}. One thread calls.
 */
final class CampaignIndex {

    /**
     * Attempts of one tenant that are in no campaign; of more, those at the anchor with the oldest last attempt are
     * removed.
     */
    static final int MOST_WAITING = 50_000;

    /** Campaigns of one tenant; of more, ended ones with the oldest last attempt are removed. */
    static final int MOST_CAMPAIGNS = 500;

    /** Entries and bands of one campaign; campaigns that would have more together stay two. */
    static final int MOST_ANCHORS = 256;

    /** Images that two campaigns must share to be one. */
    static final int BRIDGES = 3;

    private final CampaignProcessor.Settings settings;
    private final CampaignRecords records;
    private final Candidates candidates = new Candidates();
    private final KnownCampaigns campaigns = new KnownCampaigns();
    private final AttemptPlaces places = new AttemptPlaces();
    private Changes changes = new Changes();

    CampaignIndex(String tenant, CampaignProcessor.Settings settings) {
        this.settings = settings;
        this.records = new CampaignRecords(tenant, settings.salt());
    }

    /** Puts a campaign back as it was stored, before its attempts. */
    void restore(Campaign campaign) {
        campaigns.put(campaign);
    }

    /** Puts an attempt back as it was stored. */
    void restore(Placed there) {
        places.put(there);
        campaignOf(there).ifPresent(campaign -> campaign.trail.add(there.attempt()));
        there.anchors().forEach(anchor -> candidates.restore(anchor, there.attempt()));
    }

    /** Campaigns that are not over. */
    long open() {
        return campaigns.all().stream().filter(each -> each.active).count();
    }

    /** As others read it; empty where there is none of that id. */
    Optional<AttackCampaign> record(String campaignId) {
        return campaigns.of(campaignId).map(records::of);
    }

    /** Where an attempt counts; empty where it is not kept any more. */
    Optional<Placed> place(Attempt.Id id) {
        return places.of(id);
    }

    /** The campaign itself; empty where there is none of that id any more. */
    Optional<Campaign> campaign(String id) {
        return campaigns.of(id);
    }

    /** What changed since the last call. */
    Changes drain() {
        Changes drained = changes;
        drained.attempts.addAll(places.drain());
        changes = new Changes();
        return drained;
    }

    /** An audit was made. */
    void tried(Attempt attempt, List<Anchor> anchors) {
        Placed there = places.of(attempt);
        if (there != null) {
            triedAgain(there, attempt, anchors);
            return;
        }
        anchors.forEach(anchor -> endIfQuiet(anchor, attempt.at()));
        List<Campaign> here = campaigns.at(anchors);
        if (here.isEmpty()) {
            await(attempt, anchors);
        } else {
            join(here.get(0), attempt);
            List<Campaign> now = campaigns.at(anchors); // it may have become part of another
            now.stream().skip(1).forEach(other -> bridge(now.get(0), other, attempt.imageId()));
        }
        keepBounds();
    }

    /** Another audit of the same upload. One that names an entry ranks above bands. */
    private void triedAgain(Placed there, Attempt attempt, List<Anchor> anchors) {
        boolean named = anchors.get(0).type() == AnchorType.FLAGGED_ENTRY;
        Optional<Campaign> in = campaignOf(there);
        if (in.isPresent()) {
            Campaign campaign = in.get();
            campaigns
                    .at(anchors.get(0))
                    .filter(other -> named && other != campaign)
                    .ifPresent(other -> bridge(campaign, other, attempt.imageId()));
        } else if (named && there.anchors().first().type() == AnchorType.PERCEPTUAL_BAND) {
            lift(there);
            tried(attempt, anchors);
        }
    }

    private void await(Attempt attempt, List<Anchor> anchors) {
        places.put(Placed.waiting(attempt, anchors));
        for (Anchor anchor : anchors) {
            changes.hot += candidates.isFull(anchor) ? 1 : 0;
            candidates.add(anchor, attempt, settings.quiet()).forEach(gone -> places.leave(gone, anchor));
        }
        for (Anchor anchor : anchors) {
            Optional<CampaignRule.Kind> verdict =
                    candidates.at(anchor).flatMap(group -> CampaignRule.judge(group.trail.all(), settings));
            if (verdict.isPresent()) {
                open(anchor, verdict.get());
                return;
            }
        }
    }

    private void open(Anchor anchor, CampaignRule.Kind verdict) {
        var campaign = new Campaign(
                campaigns.free(ordinal -> records.id(anchor, ordinal)),
                anchor,
                verdict == CampaignRule.Kind.CLOSING_IN);
        campaigns.put(campaign);
        changes.opened++;
        changes.told.add(campaign.id);
        var others = new TreeMap<Anchor, Integer>();
        for (Attempt attempt : candidates.at(anchor).orElseThrow().trail.copy()) {
            places.of(attempt).anchors().forEach(other -> others.merge(other, 1, Integer::sum));
            move(attempt, campaign);
        }
        // What mostly looks like the members belongs to them: near-duplicates share most of their bands.
        others.forEach((other, shared) -> {
            int rest = candidates.at(other).map(group -> group.trail.size()).orElse(0);
            if (shared >= BRIDGES && rest <= shared && campaigns.at(other).isEmpty()) {
                attach(other, campaign);
            }
        });
        joinByAccounts(campaign);
    }

    private void attach(Anchor anchor, Campaign campaign) {
        campaigns.attach(anchor, campaign);
        candidates.at(anchor).map(group -> group.trail.copy()).orElse(List.of()).forEach(each -> move(each, campaign));
    }

    private void move(Attempt attempt, Campaign campaign) {
        lift(places.of(attempt));
        add(campaign, attempt);
    }

    private void join(Campaign campaign, Attempt attempt) {
        if (add(campaign, attempt)) {
            joinByAccounts(campaign);
        }
    }

    /** @return whether its account is a member only now */
    private boolean add(Campaign campaign, Attempt attempt) {
        Optional<Attempt> same = campaign.trail.of(attempt.content());
        if (same.isPresent() && Attempt.OLDER.compare(same.get(), attempt) <= 0) {
            return false;
        }
        changes.campaigns.add(campaign.id);
        same.ifPresent(later -> {
            campaign.remove(later);
            places.remove(later);
        });
        places.put(Placed.in(campaign, attempt));
        boolean before = campaign.isMember(attempt.account());
        campaign.add(attempt);
        boolean joined = campaign.isMember(attempt.account()) && !before;
        if (joined) {
            campaign.measure();
        }
        campaign.trim().forEach(places::remove);
        return joined;
    }

    private void bridge(Campaign one, Campaign other, String imageId) {
        Campaign older = KnownCampaigns.OLDER.compare(one, other) < 0 ? one : other;
        String younger = older == one ? other.id : one.id;
        Set<String> shared = older.bridges.computeIfAbsent(younger, id -> new HashSet<>());
        if (shared.size() < BRIDGES && shared.add(imageId)) {
            changes.campaigns.add(older.id);
        }
        if (shared.size() >= BRIDGES) {
            mergeIfOpen(one, other);
        }
    }

    private void joinByAccounts(Campaign campaign) {
        if (!campaign.active) {
            return;
        }
        campaigns.all().stream()
                .filter(other -> other != campaign && other.active && campaign.isOfTheSamePeopleAs(other))
                .min(KnownCampaigns.OLDER)
                .ifPresent(other -> mergeIfOpen(campaign, other));
    }

    /** What a person ruled on takes nothing in: else it would hide what is new. */
    private void mergeIfOpen(Campaign one, Campaign other) {
        boolean fit = one.anchors.size() + other.anchors.size() <= MOST_ANCHORS;
        if (fit && one.state == CampaignState.OPEN && other.state == CampaignState.OPEN) {
            boolean older = KnownCampaigns.OLDER.compare(one, other) < 0;
            merge(older ? one : other, older ? other : one);
        }
    }

    private void merge(Campaign older, Campaign younger) {
        changes.merged++;
        changes.told.add(older.id);
        List<Attempt> moved = younger.trail.copy();
        older.takeIn(younger);
        campaigns.remove(younger);
        changes.campaigns.addAll(campaigns.part(younger));
        younger.anchors.forEach(anchor -> campaigns.attach(anchor, older));
        for (Attempt attempt : moved) {
            if (older.trail.of(attempt.content()).isPresent()) {
                places.remove(attempt);
            } else {
                older.trail.add(attempt);
                places.put(Placed.in(older, attempt));
            }
        }
        older.trim().forEach(places::remove);
        changes.campaigns.add(younger.id);
        changes.campaigns.add(older.id);
        changes.told.add(younger.id);
    }

    /** A person decided about a content of an image: SAFE takes it out. */
    void settled(CampaignChange.Settled settled) {
        for (Placed there : places.ofImage(settled.imageId())) {
            if (!there.attempt().isOf(settled)) {
                continue;
            }
            if (settled.decision() == Decision.SAFE) {
                take(there);
            } else {
                replace(there, there.attempt().decided(settled.decision()));
            }
        }
    }

    /** The image is erased. */
    void forget(String imageId) {
        places.ofImage(imageId).forEach(this::take);
        changes.campaigns.addAll(campaigns.unshare(imageId));
    }

    private void take(Placed there) {
        if (there.campaignId() == null) {
            lift(there);
            return;
        }
        Campaign campaign = campaignOf(there).orElseThrow();
        campaign.remove(there.attempt());
        changes.campaigns.addAll(campaigns.unshare(there.attempt().imageId()));
        places.remove(there.attempt());
        changes.campaigns.add(campaign.id);
        if (campaign.accounts.isEmpty()) {
            remove(campaign);
        }
    }

    private void replace(Placed there, Attempt now) {
        if (there.campaignId() == null) {
            there.anchors().forEach(anchor -> candidates.replace(anchor, there.attempt(), now));
        } else {
            Campaign campaign = campaignOf(there).orElseThrow();
            campaign.trail.remove(there.attempt());
            campaign.trail.add(now);
            changes.campaigns.add(campaign.id);
        }
        places.put(new Placed(now, there.anchors(), there.campaignId()));
    }

    /**
     * A person said what a campaign is. The latest ruling holds: one that was made before it, or the same again,
     * changes nothing.
     *
     * @return what the ruling decides about its members' images, which no person decided about yet
     */
    List<Review> ruled(CampaignRuling ruling) {
        Campaign campaign = campaigns.ofOrWith(ruling.getCampaignId()).orElse(null);
        if (campaign == null || ruling.getRuling() == Ruling.UNKNOWN || !isLater(ruling, campaign)) {
            return List.of();
        }
        campaign.state = ruling.getRuling() == Ruling.CONFIRM ? CampaignState.CONFIRMED : CampaignState.DISMISSED;
        campaign.ruledBy = ruling.getBy();
        campaign.ruledAt = ruling.getAt();
        campaign.note = ruling.getNote();
        campaign.rulingId = ruling.getRulingId();
        changes.campaigns.add(campaign.id);
        changes.told.add(campaign.id);
        return campaign.state == CampaignState.CONFIRMED ? records.reviews(campaign, ruling) : List.of();
    }

    private static boolean isLater(CampaignRuling ruling, Campaign campaign) {
        return campaign.rulingId.isEmpty()
                || !ruling.getRulingId().equals(campaign.rulingId)
                        && !ruling.getAt().isBefore(campaign.ruledAt);
    }

    /** Ends what is quiet, and removes what is old. */
    void expire(Instant now) {
        for (Candidates.Group group : candidates.quietSince(now.minus(settings.quiet()))) {
            group.trail.copy().forEach(attempt -> places.leave(attempt, group.anchor));
            candidates.drop(group);
        }
        Instant oldest = now.minus(settings.retention());
        for (Campaign campaign : campaigns.all()) {
            if (campaign.active && campaign.lastAt.plus(settings.quiet()).isBefore(now)) {
                end(campaign);
            }
            if (campaign.lastAt.isBefore(oldest)) {
                remove(campaign);
                continue;
            }
            while (!campaign.trail.isEmpty() && campaign.trail.oldest().at().isBefore(oldest)) {
                Attempt aged = campaign.trail.oldest();
                campaign.trail.remove(aged);
                places.remove(aged);
                changes.campaigns.add(campaign.id);
            }
        }
    }

    private void endIfQuiet(Anchor anchor, Instant at) {
        campaigns
                .at(anchor)
                .filter(campaign -> campaign.lastAt.plus(settings.quiet()).isBefore(at))
                .ifPresent(this::end);
    }

    private void end(Campaign campaign) {
        campaign.active = false;
        changes.campaigns.addAll(campaigns.part(campaign));
        if (campaign.state == CampaignState.OPEN) {
            campaign.state = CampaignState.CLOSED;
            changes.closed++;
        }
        campaigns.detach(campaign);
        changes.campaigns.add(campaign.id);
        changes.told.add(campaign.id);
    }

    private void remove(Campaign campaign) {
        campaign.trail.copy().forEach(places::remove);
        campaigns.remove(campaign);
        changes.campaigns.addAll(campaigns.part(campaign));
        changes.campaigns.add(campaign.id);
        changes.told.add(campaign.id);
    }

    private void keepBounds() {
        while (places.waiting() > MOST_WAITING && candidates.quietest().isPresent()) {
            Candidates.Group group = candidates.quietest().get();
            group.trail.copy().forEach(attempt -> places.leave(attempt, group.anchor));
            candidates.drop(group);
        }
        while (campaigns.size() > MOST_CAMPAIGNS) {
            remove(campaigns.goesFirst());
        }
    }

    /** Takes an attempt from where it waits. */
    private void lift(Placed there) {
        there.anchors().forEach(anchor -> candidates.remove(anchor, there.attempt()));
        places.remove(there.attempt());
    }

    private Optional<Campaign> campaignOf(Placed there) {
        return Optional.ofNullable(there.campaignId()).flatMap(campaigns::of);
    }

    /** What changed and is not stored yet. */
    static final class Changes {

        /** Attempts that were added, moved or removed. */
        final Set<Attempt.Id> attempts = new HashSet<>();

        /** Campaigns that changed or were removed. */
        final Set<String> campaigns = new TreeSet<>();

        /** Those of them that are published at once, and not with the next beat. */
        final Set<String> told = new TreeSet<>();

        int opened;
        int merged;
        int closed;

        /** Attempts at an anchor with as many as are judged. */
        int hot;
    }
}
