package io.bulwark.stream.flagged;

import io.bulwark.stream.flagged.EntryMerger.FlaggedEntry;
import io.bulwark.stream.flagged.EntryMerger.HalfRow;
import io.bulwark.stream.flagged.FlaggedChange.Exemption;
import io.bulwark.stream.flagged.FlaggedChange.FlaggedMember;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The flagged index of one tenant: its members, its exempt files, and its entries. Below its caps the entries
 * do not depend on the order of changes. Changes wait for {@link #drain}. One thread calls.
 */
final class FlaggedIndex {

    /** Near-duplicates that one entry is made of at most; of more, the oldest that no person decided go. */
    static final int MOST_OF_ENTRY = 50;

    /** Goes first where there are too many: what no person decided, the oldest of it. */
    private static final Comparator<FlaggedMember> LEAST =
            Comparator.comparing(FlaggedMember::byPerson).thenComparing(FlaggedMember.OLDER);

    private final FlaggedProcessor.Settings settings;
    private final Map<String, EntryMerger> byModel = new TreeMap<>();
    private final Map<String, FlaggedMember> members = new HashMap<>();
    private final Map<String, Set<FlaggedMember>> byImage = new HashMap<>();
    private final NavigableSet<FlaggedMember> least = new TreeSet<>(LEAST);
    private final Map<String, NavigableSet<FlaggedMember>> ofUploader = new HashMap<>();
    private final Map<String, Exemption> exempt = new HashMap<>();
    private final Map<String, Set<String>> exemptByImage = new HashMap<>();
    private final NavigableSet<Exemption> leastExempt = new TreeSet<>(Exemption.LEAST);
    private final NavigableSet<Exemption> oldestExempt = new TreeSet<>(Exemption.OLDER);
    private Changes changes = new Changes();

    FlaggedIndex(FlaggedProcessor.Settings settings) {
        this.settings = settings;
    }

    /**
     * A content is NSFW in force. An embedding that is no unit row changes nothing; nor does a worker's word on an
     * exempt file, or a person's from before it was exempt.
     */
    void flag(FlaggedMember member) {
        Optional<float[]> row = HalfRow.decode(member.embedding());
        if (row.isEmpty() || isExempt(member)) {
            return;
        }
        lift(member.contentSha256());
        EntryMerger merging = byModel.computeIfAbsent(
                encoder(member.modelFingerprint(), member.embedding()), encoder -> new EntryMerger());
        remove(member.id());
        members.put(member.id(), member);
        byImage.computeIfAbsent(member.imageId(), image -> new HashSet<>()).add(member);
        least.add(member);
        merging.put(member, row.get());
        changes.members.put(member.id(), Optional.of(member));
        if (!member.byPerson()) {
            NavigableSet<FlaggedMember> mine =
                    ofUploader.computeIfAbsent(member.uploaderId(), uploader -> new TreeSet<>(FlaggedMember.OLDER));
            mine.add(member);
            if (mine.size() > settings.ofUploader()) {
                remove(mine.first().id());
            }
        }
        merging.entryOf(member.id()).ifPresent(entry -> holdEntry(merging, entry));
        while (least.size() > settings.entries()) {
            remove(least.first().id());
        }
    }

    private boolean isExempt(FlaggedMember member) {
        Exemption exemption = exempt.get(member.contentSha256());
        return exemption != null && (!member.byPerson() || !member.since().isAfter(exemption.at()));
    }

    /** A content of an image is not NSFW any more: a worker decided again, or a person took NSFW back. */
    void unflag(String imageId, String contentSha256) {
        of(imageId).stream()
                .filter(member -> member.contentSha256().equals(contentSha256))
                .forEach(member -> remove(member.id()));
    }

    /**
     * A person called an image SAFE. Its file becomes exempt. The entries that contain it or held it back are removed,
     * unless a person confirmed them by another content. For an entry that does not exist any more, the one that now
     * holds the image is removed.
     */
    void safe(FlaggedChange.Safe safe) {
        Exemption exemption = safe.exemption();
        List<FlaggedMember> gone = new ArrayList<>();
        for (Map.Entry<String, EntryMerger> of : byModel.entrySet()) {
            EntryMerger merging = of.getValue();
            boolean comparable = of.getKey().equals(encoder(safe.modelFingerprint(), safe.row()));
            var concerned = new TreeSet<String>();
            for (String entryId : safe.entryIds()) {
                Optional<String> now = merging.entryOf(entryId);
                (now.isPresent() || !comparable ? now : deepest(merging, safe)).ifPresent(concerned::add);
            }
            members.values().stream()
                    .filter(member -> member.contentSha256().equals(exemption.contentSha256()))
                    .forEach(member -> merging.entryOf(member.id()).ifPresent(concerned::add));
            for (String entryId : concerned) {
                List<FlaggedMember> others = merging.contents(entryId).stream()
                        .filter(member -> !member.imageId().equals(exemption.imageId())
                                || !member.contentSha256().equals(exemption.contentSha256()))
                        .toList();
                if (others.stream().noneMatch(FlaggedMember::confirmed)) {
                    gone.addAll(others);
                }
            }
        }
        unflag(exemption.imageId(), exemption.contentSha256());
        gone.forEach(member -> remove(member.id()));
        exempt(exemption);
    }

    private static Optional<String> deepest(EntryMerger merging, FlaggedChange.Safe safe) {
        return HalfRow.decode(safe.row()).flatMap(row -> merging.deepest(row, safe.bound()));
    }

    /** A person took back that a file is SAFE. */
    void lift(String contentSha256) {
        Exemption lifted = exempt.remove(contentSha256);
        if (lifted != null) {
            oldestExempt.remove(lifted);
            leastExempt.remove(lifted);
            drop(exemptByImage, lifted.imageId(), contentSha256);
            changes.exemptions.put(contentSha256, Optional.empty());
        }
    }

    /** An image is forgotten, whatever was uploaded under its id. */
    void forget(String imageId) {
        of(imageId).forEach(member -> remove(member.id()));
        List.copyOf(exemptByImage.getOrDefault(imageId, Set.of())).forEach(this::lift);
    }

    private List<FlaggedMember> of(String imageId) {
        return List.copyOf(byImage.getOrDefault(imageId, Set.of()));
    }

    /** Drops what is past its retention. */
    void expire(Instant now) {
        Instant since = now.minus(settings.retention());
        members.values().stream()
                .filter(member -> member.since().isBefore(since))
                .map(FlaggedMember::id)
                .toList()
                .forEach(this::remove);
        while (!oldestExempt.isEmpty() && oldestExempt.first().at().isBefore(since)) {
            lift(oldestExempt.first().contentSha256());
        }
    }

    void exempt(Exemption exemption) {
        lift(exemption.contentSha256());
        exempt.put(exemption.contentSha256(), exemption);
        oldestExempt.add(exemption);
        exemptByImage
                .computeIfAbsent(exemption.imageId(), image -> new HashSet<>())
                .add(exemption.contentSha256());
        changes.exemptions.put(exemption.contentSha256(), Optional.of(exemption));
        leastExempt.add(exemption);
        if (leastExempt.size() > settings.entries()) {
            lift(leastExempt.first().contentSha256());
        }
    }

    int size() {
        return byModel.values().stream().mapToInt(EntryMerger::size).sum();
    }

    /** All entries by their ids. */
    Map<String, FlaggedEntry> entries() {
        var entries = new TreeMap<String, FlaggedEntry>();
        byModel.values().forEach(merging -> entries.putAll(merging.entries()));
        return entries;
    }

    /** What changed since this was asked last. */
    Changes drain() {
        byModel.values().forEach(this::holdEntries);
        byModel.values().forEach(merging -> changes.entries.putAll(merging.drain()));
        byModel.values().removeIf(merging -> merging.size() == 0);
        Changes drained = changes;
        changes = new Changes();
        return drained;
    }

    /** Rows of another encoder, or length, are not compared. */
    private static String encoder(String modelFingerprint, byte[] row) {
        return modelFingerprint + "/" + row.length;
    }

    private void holdEntry(EntryMerger merging, String entryId) {
        List<FlaggedMember> contents = merging.contents(entryId);
        if (contents.size() > MOST_OF_ENTRY) {
            contents.stream().skip(1).min(LEAST).ifPresent(member -> remove(member.id()));
        }
    }

    /** Where a centre went, what it held has gone to others. */
    private void holdEntries(EntryMerger merging) {
        for (List<String> crowded = merging.crowded(MOST_OF_ENTRY);
                !crowded.isEmpty();
                crowded = merging.crowded(MOST_OF_ENTRY)) {
            crowded.forEach(entryId -> holdEntry(merging, entryId));
        }
    }

    private void remove(String id) {
        FlaggedMember member = members.remove(id);
        if (member == null) {
            return;
        }
        least.remove(member);
        drop(byImage, member.imageId(), member);
        drop(ofUploader, member.uploaderId(), member);
        byModel.get(encoder(member.modelFingerprint(), member.embedding())).remove(id);
        changes.members.put(id, Optional.empty());
    }

    private static <V, S extends Set<V>> void drop(Map<String, S> sets, String key, V value) {
        S set = sets.get(key);
        if (set != null && set.remove(value) && set.isEmpty()) {
            sets.remove(key);
        }
    }

    /**
     * What changed, by id; an empty value is gone.
     *
     * @param members the contents, for the store
     * @param exemptions the exempt files by their SHA-256
     * @param entries what is published
     */
    record Changes(
            Map<String, Optional<FlaggedMember>> members,
            Map<String, Optional<Exemption>> exemptions,
            Map<String, Optional<FlaggedEntry>> entries) {

        private Changes() {
            this(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
        }
    }
}
