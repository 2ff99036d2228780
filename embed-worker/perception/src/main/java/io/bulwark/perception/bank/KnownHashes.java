package io.bulwark.perception.bank;

import io.bulwark.perception.bank.HashMatch.Kind;
import io.bulwark.perception.hash.HashList;
import io.bulwark.perception.hash.ListedFile;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.perception.hash.MatchRule;
import io.bulwark.perception.hash.PdqVariants;
import io.bulwark.perception.hash.PictureMatch;
import io.bulwark.perception.hash.Sha256;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The hashes that a bank knows: those of the files that its references were made from, and those of hash lists. By label,
 * so that of equals under several labels none hides another. Immutable; any thread.
 */
final class KnownHashes {

    private static final MatchRule RULE = MatchRule.recommended();

    private final Map<String, HashList> byLabel = new TreeMap<>();
    private final String version;
    private final boolean hasPictures;

    private KnownHashes(Map<String, List<ListedHash>> entries) {
        entries.forEach((label, own) -> byLabel.put(label, HashList.of(own)));
        StringBuilder versions = new StringBuilder();
        byLabel.values().forEach(list -> versions.append(list.version()));
        version = versions.toString();
        hasPictures = byLabel.values().stream().anyMatch(list -> list.pictureCount() > 0);
    }

    static KnownHashes of(List<LabelledEmbedding> references, Collection<? extends ListedHash> listed) {
        Map<String, List<ListedHash>> entries = new HashMap<>();
        for (LabelledEmbedding reference : references) {
            reference
                    .sourceSha256()
                    .ifPresent(file -> add(entries, new ListedFile(file, reference.id(), reference.label())));
        }
        listed.forEach(entry -> add(entries, entry));
        return new KnownHashes(entries);
    }

    private static void add(Map<String, List<ListedHash>> entries, ListedHash entry) {
        entries.computeIfAbsent(entry.label(), label -> new ArrayList<>()).add(entry);
    }

    /** Changes whenever what is found could. */
    String version() {
        return version;
    }

    boolean hasPictures() {
        return hasPictures;
    }

    /** What is as near as anything: entries of the very file, else those of the most similar picture, one a label. */
    List<HashMatch> find(ContentHashes hashes) {
        List<HashMatch> files = hashes.file().map(this::ofFile).orElse(List.of());
        return files.isEmpty() ? ofPictures(hashes.pictures()) : files;
    }

    private List<HashMatch> ofFile(Sha256 file) {
        return byLabel.values().stream()
                .flatMap(list -> list.find(file).stream())
                .map(entry -> new HashMatch(entry.id(), entry.label(), Kind.SHA256))
                .toList();
    }

    private List<HashMatch> ofPictures(List<PdqVariants> pictures) {
        List<PictureMatch> matches = hasPictures
                ? pictures.stream()
                        .flatMap(picture -> byLabel.values().stream().map(list -> list.nearest(picture, RULE)))
                        .flatMap(Optional::stream)
                        .toList()
                : List.of();
        int least = matches.stream().mapToInt(PictureMatch::distance).min().orElse(0);
        return matches.stream()
                .filter(match -> match.distance() == least)
                .map(match -> new HashMatch(match.entry().id(), match.entry().label(), Kind.PDQ))
                .distinct()
                .toList();
    }
}
