package io.bulwark.stream.flagged;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The flagged index of one tenant: what is in it, what is exempt, and the entries that follow. Below its caps the entries
 * depend on what was flagged and not on the order. What changed waits for {@link #drain}. One thread calls.
 */
final class FlaggedIndex {

    /** Near-duplicates that one entry is made of at most; of more, the oldest that no person confirmed go. */
    static final int MOST_OF_ENTRY = 50;

    /** Goes first where there are too many: what no person confirmed, the oldest of it. */
    private static final Comparator<FlaggedMember> LEAST =
            Comparator.comparing(FlaggedMember::confirmed).thenComparing(FlaggedMember.OLDER);

    private final FlaggedSettings settings;
    private final Map<String, Merging> byModel = new TreeMap<>();
    private final Map<String, FlaggedMember> members = new HashMap<>();
    private final NavigableSet<FlaggedMember> least = new TreeSet<>(LEAST);
    private final Map<String, NavigableSet<FlaggedMember>> ofUploader = new HashMap<>();
    private final Map<String, Exemption> exempt = new HashMap<>();
    private final NavigableSet<Exemption> oldestExempt = new TreeSet<>(Exemption.OLDER);
    private Changes changes = new Changes();

    FlaggedIndex(FlaggedSettings settings) {
        this.settings = settings;
    }

    /** A content is NSFW in force. An embedding that is no unit row, and a worker's word on an exempt file, change nothing. */
    void flag(FlaggedMember member) {
        Optional<float[]> row = HalfRow.decode(member.embedding());
        if (row.isEmpty() || (!member.confirmed() && exempt.containsKey(member.contentSha256()))) {
            return;
        }
        lift(member.contentSha256());
        Merging merging = byModel.computeIfAbsent(encoder(member), encoder -> new Merging());
        remove(member.id());
        members.put(member.id(), member);
        least.add(member);
        merging.put(member, row.get());
        changes.members.put(member.id(), Optional.of(member));
        if (!member.confirmed()) {
            NavigableSet<FlaggedMember> mine =
                    ofUploader.computeIfAbsent(member.uploaderId(), uploader -> new TreeSet<>(FlaggedMember.OLDER));
            mine.add(member);
            if (mine.size() > settings.ofUploader()) {
                remove(mine.first().id());
            }
        }
        holdEntry(merging, member.id());
        while (least.size() > settings.entries()) {
            remove(least.first().id());
        }
    }

    /** A content of an image is not NSFW any more, by a worker's word or because a person took theirs back. */
    void unflag(String imageId, String contentSha256) {
        members.values().stream()
                .filter(member -> member.imageId().equals(imageId)
                        && member.contentSha256().equals(contentSha256))
                .map(FlaggedMember::id)
                .toList()
                .forEach(this::remove);
    }

    /**
     * A person called an image SAFE. Its file is exempt, and the entries go that it is part of or was held back by, but for
     * those that a person confirmed.
     *
     * @param entryIds of the entries that held it back
     */
    void safe(Exemption exemption, List<String> entryIds) {
        var concerned = new TreeSet<String>(entryIds);
        members.values().stream()
                .filter(member -> member.contentSha256().equals(exemption.contentSha256()))
                .forEach(member ->
                        byModel.get(encoder(member)).entryOf(member.id()).ifPresent(concerned::add));
        unflag(exemption.imageId(), exemption.contentSha256());
        for (String entryId : concerned) {
            for (Merging merging : byModel.values()) {
                List<FlaggedMember> contents = merging.contents(entryId);
                if (contents.stream().noneMatch(FlaggedMember::confirmed)) {
                    contents.forEach(member -> remove(member.id()));
                }
            }
        }
        exempt(exemption);
    }

    /** A person took back that a file is SAFE. */
    void lift(String contentSha256) {
        Exemption lifted = exempt.remove(contentSha256);
        if (lifted != null) {
            oldestExempt.remove(lifted);
            changes.exemptions.put(contentSha256, Optional.empty());
        }
    }

    /** An image is forgotten, whatever was uploaded under its id. */
    void forget(String imageId) {
        members.values().stream()
                .filter(member -> member.imageId().equals(imageId))
                .map(FlaggedMember::id)
                .toList()
                .forEach(this::remove);
        exempt.values().stream()
                .filter(exemption -> exemption.imageId().equals(imageId))
                .map(Exemption::contentSha256)
                .toList()
                .forEach(this::lift);
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
        changes.exemptions.put(exemption.contentSha256(), Optional.of(exemption));
        if (oldestExempt.size() > settings.entries()) {
            lift(oldestExempt.first().contentSha256());
        }
    }

    int size() {
        return byModel.values().stream().mapToInt(Merging::size).sum();
    }

    /** All entries by their ids. */
    Map<String, FlaggedEntry> entries() {
        var entries = new TreeMap<String, FlaggedEntry>();
        byModel.values().forEach(merging -> entries.putAll(merging.entries()));
        return entries;
    }

    /** What changed since this was asked last. */
    Changes drain() {
        byModel.values().forEach(merging -> changes.entries.putAll(merging.drain()));
        byModel.values().removeIf(merging -> merging.size() == 0);
        Changes drained = changes;
        changes = new Changes();
        return drained;
    }

    /** Rows of another encoder, or length, are not compared. */
    private static String encoder(FlaggedMember member) {
        return member.modelFingerprint() + "/" + member.embedding().length;
    }

    private void holdEntry(Merging merging, String id) {
        List<FlaggedMember> contents =
                merging.entryOf(id).map(merging::contents).orElse(List.of());
        if (contents.size() > MOST_OF_ENTRY) {
            contents.stream().skip(1).min(LEAST).ifPresent(member -> remove(member.id()));
        }
    }

    private void remove(String id) {
        FlaggedMember member = members.remove(id);
        if (member == null) {
            return;
        }
        least.remove(member);
        NavigableSet<FlaggedMember> mine = ofUploader.get(member.uploaderId());
        if (mine != null && mine.remove(member) && mine.isEmpty()) {
            ofUploader.remove(member.uploaderId());
        }
        byModel.get(encoder(member)).remove(id);
        changes.members.put(id, Optional.empty());
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
