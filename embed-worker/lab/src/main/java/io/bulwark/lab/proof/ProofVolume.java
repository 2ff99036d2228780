package io.bulwark.lab.proof;

import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Verdict;
import io.bulwark.lab.proof.ProofOracle.DecisionContent;
import io.bulwark.lab.proof.ProofOracle.Finding;
import io.bulwark.lab.proof.ProofOracle.ImageCounts;
import io.bulwark.lab.proof.ProofOracle.Rule;
import io.bulwark.lab.proof.ProofRecords.CaseRow;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the oracle keeps of {@link ProofGrowth}'s images: some 40 bytes of each. Each has one verdict, and no upload,
 * review or erasure, so its one decision and its row say what the verdict says: digests of both are compared. An image
 * that a person or an order named is not kept here. One thread.
 */
final class ProofVolume {

    private static final String MARK = "-volume-";
    private static final int DIGITS = 9;
    private static final int FIRST_ROOM = 1024;
    private static final int MOST_COUNTED = 100;

    /** What is not there; no digest is 0. */
    private static final long NONE = 0;

    private final Set<String> apart;
    private final Map<String, Part> parts = new TreeMap<>();
    private final Map<String, ImageCounts> counts = new TreeMap<>();
    private final MessageDigest sha256 = sha256();
    private int verdicts;

    /** @param apart images that the other rules look at: those with a review or an order to erase */
    ProofVolume(Set<String> apart) {
        this.apart = Set.copyOf(apart);
    }

    /** Without images. */
    static ProofVolume none() {
        return new ProofVolume(Set.of());
    }

    /** The id of an image of {@link ProofGrowth}. @param stage of the experiment, without a hyphen */
    static String id(String stage, int number) {
        return stage + MARK + String.format("%0" + DIGITS + "d", number);
    }

    /** The images of one stage, by number. */
    private static final class Part {

        private long[] verdict = new long[FIRST_ROOM];
        private long[] decision = new long[FIRST_ROOM];
        private long[] wantedRow = new long[FIRST_ROOM];
        private long[] row = new long[FIRST_ROOM];
        private byte[] published = new byte[FIRST_ROOM];
        private int end;

        void reach(int number) {
            end = Math.max(end, number + 1);
            if (end > verdict.length) {
                int room = Math.max(end, verdict.length * 2);
                verdict = Arrays.copyOf(verdict, room);
                decision = Arrays.copyOf(decision, room);
                wantedRow = Arrays.copyOf(wantedRow, room);
                row = Arrays.copyOf(row, room);
                published = Arrays.copyOf(published, room);
            }
        }
    }

    /** Whether an image is kept here, and nowhere else. */
    boolean keeps(String image) {
        int mark = image.length() - DIGITS - MARK.length();
        return mark > 0
                && image.startsWith(MARK, mark)
                && image.chars().skip(mark + MARK.length()).allMatch(Character::isDigit)
                && !apart.contains(image);
    }

    /** A producer may write a record twice, which is no second upload. @param verdict null for what cannot be read */
    void verdict(String image, Verdict verdict) {
        Part part = part(image);
        int number = number(image);
        verdicts++;
        if (verdict != null) {
            if (part.verdict[number] == NONE) {
                counts.merge(verdict.getUploaderId(), ImageCounts.of(verdict.getDecision()), ImageCounts::and);
            }
            part.verdict[number] = digest(DecisionContent.of(verdict));
        }
    }

    /** @param decision null for a tombstone */
    void decision(String image, ModerationDecision decision) {
        Part part = part(image);
        int number = number(image);
        part.decision[number] = decision == null ? NONE : digest(DecisionContent.of(decision));
        part.wantedRow[number] = decision == null ? NONE : digest(CaseRow.of(decision));
        part.published[number] = (byte) Math.min(part.published[number] + 1, MOST_COUNTED);
    }

    void row(CaseRow row) {
        part(row.imageId()).row[number(row.imageId())] = digest(row);
    }

    /** How many verdicts are on the topic. */
    int verdicts() {
        return verdicts;
    }

    /** Images by uploader, as the verdicts say. */
    Map<String, ImageCounts> counts() {
        return counts;
    }

    /** Everything that does not hold. */
    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        parts.forEach((stage, part) -> {
            for (int number = 0; number < part.end; number++) {
                find(id(stage, number), part, number, findings);
            }
        });
        return findings;
    }

    private void find(String image, Part part, int number, List<Finding> findings) {
        long verdict = part.verdict[number];
        boolean decided = part.decision[number] != NONE;
        if (apart.contains(image)) {
            return;
        }
        if (verdict == NONE) {
            findings.add(new Finding(Rule.ACKNOWLEDGED, image, "has no verdict on the topic, and others have"));
        } else if (verdict != part.decision[number]) {
            findings.add(new Finding(
                    Rule.DECISION, image, decided ? "is decided otherwise than its verdict says" : "has no decision"));
        }
        if (decided && part.published[number] != 1) {
            findings.add(
                    new Finding(Rule.PUBLISHED, image, "has " + part.published[number] + " decisions on the topic"));
        }
        if (part.wantedRow[number] != part.row[number]) {
            findings.add(new Finding(
                    Rule.CASEBOOK,
                    image,
                    part.row[number] == NONE
                            ? "has no row"
                            : decided ? "has a row that is not its last decision" : "has a row and no decision"));
        }
    }

    private Part part(String image) {
        Part part =
                parts.computeIfAbsent(image.substring(0, image.length() - DIGITS - MARK.length()), none -> new Part());
        part.reach(number(image));
        return part;
    }

    private static int number(String image) {
        return Integer.parseInt(image.substring(image.length() - DIGITS));
    }

    /** Of a record with texts, numbers and choices alone. */
    private long digest(Record content) {
        long first = ByteBuffer.wrap(sha256.digest(content.toString().getBytes(StandardCharsets.UTF_8)))
                .getLong();
        return first == NONE ? 1 : first;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
