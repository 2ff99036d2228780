package io.bulwark.lab.proof;

import io.bulwark.events.AnchorType;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackCampaign;
import io.bulwark.events.Decision;
import io.bulwark.events.Erasure;
import io.bulwark.events.Review;
import io.bulwark.lab.proof.ProofOracle.Finding;
import io.bulwark.lab.proof.ProofOracle.Rule;
import io.bulwark.lab.proof.ProofRecords.Placed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Campaigns as they stand, and what {@code moderation-stream/docs/campaigns.md} says of the traffic's attempts at one entry
 * of the flagged index, written here a second time: accounts that come back, with scores that jump about.
 *
 * <p>A person's SAFE takes an image out, taking it back need not bring it back, and a SAFE that is read before its audit
 * leaves it in, so of images that a person once called SAFE either is right.
 *
 * @param tries audits that name an entry, in the order of their partitions
 * @param campaigns in force, by key
 */
record ProofCampaigns(List<Try> tries, Map<String, AttackCampaign> campaigns) {

    /** The name of the entry in an audit's evidence. */
    static final String ENTRY = "entry";

    private static final int FILES = 40;
    private static final int RETURNS = 40;
    private static final int FREE = 2;
    private static final int MOST_RETURNS = 10;
    private static final int AT_ONCE = 5;
    private static final int KEPT = 200;
    private static final Duration VISIT = Duration.ofSeconds(2);

    /**
     * An audit of a file.
     *
     * @param at when it was made
     * @param recorded when the broker took it in
     */
    record Try(String entry, String image, String account, String file, Instant at, Instant recorded) {}

    static ProofCampaigns none() {
        return new ProofCampaigns(List.of(), Map.of());
    }

    /** Collects what is read in the order of the topics. */
    static final class Reader {

        private final List<Try> tries = new ArrayList<>();
        private final Map<String, AttackCampaign> campaigns = new TreeMap<>();

        void audit(Placed<AttackAudit> placed) {
            AttackAudit audit = placed.value();
            if (audit != null && audit.getEvidence().containsKey(ENTRY)) {
                tries.add(new Try(
                        audit.getEvidence().get(ENTRY),
                        audit.getImageId(),
                        audit.getUploaderId(),
                        audit.getContentSha256(),
                        audit.getDetectedAt(),
                        placed.at()));
            }
        }

        void campaign(Placed<AttackCampaign> placed) {
            if (placed.value() == null) {
                campaigns.remove(placed.key());
            } else {
                campaigns.put(placed.key(), placed.value());
            }
        }

        ProofCampaigns read() {
            return new ProofCampaigns(tries, campaigns);
        }
    }

    /** What does not hold. */
    List<Finding> findings(List<Placed<Erasure>> erasures, List<Placed<Review>> reviews) {
        Set<String> safe = ProofRecords.whole(reviews).stream()
                .map(Placed::value)
                .filter(review -> review.getDecision() == Decision.SAFE)
                .map(Review::getImageId)
                .collect(Collectors.toSet());
        Map<String, List<Placed<Erasure>>> orders = ProofRecords.whole(erasures).stream()
                .collect(Collectors.groupingBy(order -> order.value().getId()));
        Map<String, Attack> attacks = new TreeMap<>();
        tries.stream()
                .sorted(Comparator.comparing(Try::at))
                .forEach(one -> attacks.computeIfAbsent(one.entry(), none -> new Attack())
                        .add(
                                one,
                                orders.getOrDefault(one.image(), List.of()).stream()
                                        .anyMatch(order -> !order.at().isBefore(one.recorded())),
                                safe.contains(one.image())));
        List<Finding> findings = new ArrayList<>();
        Set<String> entries = new HashSet<>(attacks.keySet());
        campaigns.values().stream()
                .filter(campaign ->
                        campaign.getAnchor() != null && campaign.getAnchor().getType() == AnchorType.FLAGGED_ENTRY)
                .forEach(campaign -> entries.add(campaign.getAnchor().getId()));
        for (String entry : entries) {
            List<AttackCampaign> found = campaigns.values().stream()
                    .filter(campaign -> campaign.getAnchor() != null
                            && campaign.getAnchor().getId().equals(entry))
                    .toList();
            attacks.getOrDefault(entry, new Attack())
                    .wrongWith(found)
                    .ifPresent(what -> findings.add(new Finding(Rule.CAMPAIGN, entry, what)));
        }
        return findings;
    }

    /**
     * What was tried at one entry. Of the oldest 200 the campaign knows each, and takes out what is erased or called SAFE;
     * later ones are counted alone, and stay in the counts.
     */
    private static final class Attack {

        private final Map<String, List<Try>> possible = new TreeMap<>();
        private final Map<String, List<Try>> certain = new TreeMap<>();
        private final Set<String> erased = new HashSet<>();
        private int older;

        /** In the order of their time. */
        void add(Try one, boolean isErased, boolean isSafe) {
            boolean isKnown = older++ < KEPT;
            if (isErased) {
                erased.add(one.image());
            }
            if (!isErased || !isKnown) {
                possible.computeIfAbsent(one.account(), none -> new ArrayList<>())
                        .add(one);
            }
            if (!isErased && !isSafe) {
                certain.computeIfAbsent(one.account(), none -> new ArrayList<>())
                        .add(one);
            }
        }

        Optional<String> wrongWith(List<AttackCampaign> found) {
            if (found.size() > 1) {
                return Optional.of(found.size() + " campaigns are of it");
            }
            long least = images(certain);
            long most = images(possible);
            if (found.isEmpty()) {
                boolean isWanted = files(certain) >= FILES
                        && certain.values().stream().mapToInt(Attack::returns).sum() >= RETURNS;
                return isWanted
                        ? Optional.of("%d files of accounts that came back are no campaign".formatted(files(certain)))
                        : Optional.empty();
            }
            AttackCampaign campaign = found.get(0);
            long images = campaign.getImages();
            if (images < least || images > most) {
                return Optional.of("its campaign has %d images, wanted are %d to %d".formatted(images, least, most));
            }
            return wrongMember(campaign.getMembers());
        }

        private Optional<String> wrongMember(List<String> members) {
            Set<String> tried = possible.values().stream()
                    .flatMap(List::stream)
                    .map(Try::image)
                    .collect(Collectors.toSet());
            Set<String> listed = new HashSet<>();
            for (String member : members) {
                if (!listed.add(member)) {
                    return Optional.of("its campaign lists " + member + " twice");
                }
                if (erased.contains(member)) {
                    return Optional.of("its campaign lists " + member + ", which is erased");
                }
                if (!tried.contains(member)) {
                    return Optional.of("its campaign lists " + member + ", which did not try it");
                }
            }
            return Optional.empty();
        }

        private static long files(Map<String, List<Try>> accounts) {
            return accounts.values().stream()
                    .flatMap(List::stream)
                    .map(Try::file)
                    .distinct()
                    .count();
        }

        /** Of accounts with more than two files. */
        private static long images(Map<String, List<Try>> accounts) {
            return accounts.values().stream()
                    .filter(tries -> tries.stream().map(Try::file).distinct().count() > FREE)
                    .flatMap(List::stream)
                    .map(Try::image)
                    .distinct()
                    .count();
        }

        private static int returns(List<Try> ofAccount) {
            List<Try> inTime = new ArrayList<>(ofAccount);
            inTime.sort(Comparator.comparing(Try::at));
            int tries = 0;
            int inVisit = 0;
            Instant last = Instant.MIN;
            for (Try one : inTime) {
                inVisit = one.at().isBefore(last.plus(VISIT)) ? inVisit + 1 : 1;
                tries += inVisit == 1 || inVisit > AT_ONCE ? 1 : 0;
                last = one.at();
            }
            return Math.min(Math.max(0, tries - FREE), MOST_RETURNS);
        }
    }
}
