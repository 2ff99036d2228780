package io.bulwark.lab.proof;

import io.bulwark.events.AnchorType;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackCampaign;
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
 * <p>A person's SAFE takes an image out, and taking it back need not bring it back, so of images that people decided either
 * is right.
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
        Set<String> decided = ProofRecords.whole(reviews).stream()
                .map(review -> review.value().getImageId())
                .collect(Collectors.toSet());
        Map<String, Attack> attacks = new TreeMap<>();
        for (Try one : tries) {
            boolean isErased = ProofRecords.whole(erasures).stream()
                    .anyMatch(order -> order.value().getId().equals(one.image())
                            && !order.at().isBefore(one.recorded()));
            if (!isErased) {
                attacks.computeIfAbsent(one.entry(), none -> new Attack()).add(one, decided.contains(one.image()));
            }
        }
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

    /** What was tried at one entry and not erased since. */
    private static final class Attack {

        private final Map<String, List<Try>> all = new TreeMap<>();
        private final Map<String, List<Try>> undecided = new TreeMap<>();

        void add(Try one, boolean decided) {
            all.computeIfAbsent(one.account(), none -> new ArrayList<>()).add(one);
            if (!decided) {
                undecided
                        .computeIfAbsent(one.account(), none -> new ArrayList<>())
                        .add(one);
            }
        }

        Optional<String> wrongWith(List<AttackCampaign> found) {
            if (found.size() > 1) {
                return Optional.of(found.size() + " campaigns are of it");
            }
            long least = images(undecided);
            long most = images(all);
            if (found.isEmpty()) {
                boolean isWanted = files(undecided) >= FILES
                        && undecided.values().stream().mapToInt(Attack::returns).sum() >= RETURNS;
                return isWanted
                        ? Optional.of("%d files of accounts that came back are no campaign".formatted(files(undecided)))
                        : Optional.empty();
            }
            long images = found.get(0).getImages();
            return images >= least && images <= most
                    ? Optional.empty()
                    : Optional.of("its campaign has %d images, wanted are %d to %d".formatted(images, least, most));
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
