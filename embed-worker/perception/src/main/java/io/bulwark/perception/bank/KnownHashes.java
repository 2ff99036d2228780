package io.bulwark.perception.bank;

import io.bulwark.imaging.pdq.PdqVariants;
import io.bulwark.perception.bank.HashMatch.Kind;
import io.bulwark.perception.hash.HashList;
import io.bulwark.perception.hash.ListedFile;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.perception.hash.MatchRule;
import io.bulwark.perception.hash.PictureMatch;
import io.bulwark.perception.hash.Sha256;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The hashes that a bank knows: those of the files that its references were made from, and those of hash lists. By label,
 * so that of equals under several labels none hides another. Immutable; any thread.
 */
final class KnownHashes {

    private static final MatchRule RULE = MatchRule.recommended();

    private final Map<String, HashList> sources;
    private final Map<String, HashList> lists;
    private final String version;
    private final boolean hasPictures;

    private KnownHashes(Map<String, HashList> sources, Map<String, HashList> lists) {
        this.sources = sources;
        this.lists = lists;
        version = Stream.of(sources, lists)
                .flatMap(all -> all.values().stream())
                .map(HashList::version)
                .collect(Collectors.joining());
        hasPictures = lists.values().stream().anyMatch(list -> list.pictureCount() > 0);
    }

    /** @param lists entries of hash lists by their labels, as {@link #byLabel} makes them */
    static KnownHashes of(List<LabelledEmbedding> references, Map<String, HashList> lists) {
        List<ListedHash> files = new ArrayList<>();
        for (LabelledEmbedding reference : references) {
            reference
                    .sourceSha256()
                    .ifPresent(file -> files.add(new ListedFile(file, reference.id(), reference.label())));
        }
        return new KnownHashes(byLabel(files), lists);
    }

    static Map<String, HashList> byLabel(Collection<? extends ListedHash> entries) {
        Map<String, List<ListedHash>> apart = new TreeMap<>();
        entries.forEach(entry ->
                apart.computeIfAbsent(entry.label(), label -> new ArrayList<>()).add(entry));
        Map<String, HashList> lists = new TreeMap<>();
        apart.forEach((label, own) -> lists.put(label, HashList.of(own)));
        return lists;
    }

    /** Changes whenever what is found could. */
    String version() {
        return version;
    }

    boolean hasPictures() {
        return hasPictures;
    }

    /** The entries of the very file, one a label, then those of the most similar listed picture for each of its frames. */
    List<HashMatch> find(ContentHashes hashes) {
        List<HashMatch> matches = new ArrayList<>();
        hashes.file().ifPresent(file -> {
            matches.addAll(ofFile(file, sources, false));
            matches.addAll(ofFile(file, lists, true));
        });
        if (hasPictures) {
            hashes.pictures().forEach(picture -> matches.addAll(ofPicture(picture)));
        }
        return matches.stream().distinct().toList();
    }

    private static List<HashMatch> ofFile(Sha256 file, Map<String, HashList> lists, boolean listed) {
        return lists.values().stream()
                .flatMap(list -> list.find(file).stream())
                .map(entry -> new HashMatch(entry.id(), entry.label(), Kind.SHA256, listed))
                .toList();
    }

    private List<HashMatch> ofPicture(PdqVariants picture) {
        List<PictureMatch> matches = lists.values().stream()
                .flatMap(list -> list.nearest(picture, RULE).stream())
                .toList();
        int least = matches.stream().mapToInt(PictureMatch::distance).min().orElse(0);
        return matches.stream()
                .filter(match -> match.distance() == least)
                .map(match -> new HashMatch(match.entry().id(), match.entry().label(), Kind.PDQ, true))
                .toList();
    }
}
