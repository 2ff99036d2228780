package io.bulwark.perception.bank;

import io.bulwark.imaging.pdq.PdqVariants;
import io.bulwark.perception.bank.HashMatch.Kind;
import io.bulwark.perception.hash.HashList;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.perception.hash.MatchRule;
import io.bulwark.perception.hash.PictureMatch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The hashes that a bank knows: those of the files that its references were made from, and those of hash lists. By label,
 * so that of equals under several labels none hides another. Immutable; any thread.
 */
final class KnownHashes {

    private static final MatchRule RULE = MatchRule.recommended();

    private final SourceFiles.Seen sources;
    private final Map<String, HashList> lists;
    private final boolean hasPictures;

    /** @param lists entries of hash lists by their labels, as {@link #byLabel} makes them */
    KnownHashes(SourceFiles.Seen sources, Map<String, HashList> lists) {
        this.sources = sources;
        this.lists = lists;
        hasPictures = lists.values().stream().anyMatch(list -> list.pictureCount() > 0);
    }

    static Map<String, HashList> byLabel(Collection<? extends ListedHash> entries) {
        Map<String, List<ListedHash>> apart = new TreeMap<>();
        entries.forEach(entry ->
                apart.computeIfAbsent(entry.label(), label -> new ArrayList<>()).add(entry));
        Map<String, HashList> lists = new TreeMap<>();
        apart.forEach((label, own) -> lists.put(label, HashList.of(own)));
        return lists;
    }

    /** Of hash lists: changes whenever what is found in them could. */
    static String version(Map<String, HashList> lists) {
        return lists.values().stream().map(HashList::version).collect(Collectors.joining());
    }

    boolean hasPictures() {
        return hasPictures;
    }

    /** The entries of the very file, one a label, then those of the most similar listed picture for each of its frames. */
    List<HashMatch> find(ContentHashes hashes) {
        List<HashMatch> matches = new ArrayList<>();
        hashes.file().ifPresent(file -> {
            sources.of(file).forEach(reference -> matches.add(ofFile(reference.id(), reference.label(), false)));
            lists.values().stream()
                    .flatMap(list -> list.find(file).stream())
                    .forEach(entry -> matches.add(ofFile(entry.id(), entry.label(), true)));
        });
        if (hasPictures) {
            hashes.pictures().forEach(picture -> matches.addAll(ofPicture(picture)));
        }
        return matches.stream().distinct().toList();
    }

    private static HashMatch ofFile(String id, String label, boolean listed) {
        return new HashMatch(id, label, Kind.SHA256, listed);
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
